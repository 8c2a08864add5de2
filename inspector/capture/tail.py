"""Following a capture that grows: what changed since one last looked."""

from __future__ import annotations

from inspector.capture.model import Exchange
from inspector.capture.reader import Reader


class Tail:
    """Remembers how far a reader has been read."""

    def __init__(self, reader: Reader) -> None:
        raise NotImplementedError

    def poll(self) -> list[Exchange]:
        """New and changed exchanges since the last poll, in order of start; the first poll gives all."""
        raise NotImplementedError
