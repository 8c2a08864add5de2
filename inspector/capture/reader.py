"""The way out of a capture: exchanges, chunks and bodies, while it grows or long after.

(First form: the signatures only.)
"""

from __future__ import annotations

from pathlib import Path

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Recorder


class Reader:
    """Reads the capture at `path`; raises CaptureError when it is none. Any thread may call any method."""

    def __init__(self, path: Path) -> None:
        raise NotImplementedError

    def exchanges(self, since_revision: int = 0) -> list[Exchange]:
        """Those changed after `since_revision`, in order of start."""
        raise NotImplementedError

    def exchange(self, exchange_id: int) -> Exchange | None:
        """One of them, None when there is no such number."""
        raise NotImplementedError

    def detail(self, exchange_id: int) -> ExchangeDetail | None:
        """An exchange with its legs and chunks, None when there is no such number."""
        raise NotImplementedError

    def chunks(self, exchange_id: int, leg: Leg | None = None, since: int = 0) -> list[Chunk]:
        """Chunks numbered `since` and later (of each leg, counting from 0), in order of arrival."""
        raise NotImplementedError

    def body(self, exchange_id: int, leg: Leg) -> bytes | None:
        """A leg's body as it passed, None when the exchange has no such leg."""
        raise NotImplementedError

    def recorders(self) -> list[Recorder]:
        """Every process that wrote this capture, in order of start."""
        raise NotImplementedError

    def changed(self) -> bool:
        """Whether anything was written since the last call. Cheap."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes the file; as the last one on it, leaves no `-wal` behind."""
        raise NotImplementedError
