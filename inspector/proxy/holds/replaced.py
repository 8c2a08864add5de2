"""A response whose body is somebody's own: sent at once, while upstream's is recorded, and then left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inspector.capture.model import Leg
from inspector.proxy.passage import Passage


class Replaced:
    """`upstream` is given what still comes from there, b"" at its end."""

    finished, finishing, mends = True, False, True

    def __init__(self, passage: Passage, body: bytes, upstream: Callable[[bytes], object]) -> None:
        self.body = body
        self.opened = False
        self._passage = passage
        self._upstream = upstream

    def opening(self) -> Sequence[bytes]:
        """All of it."""
        if self.opened:
            return ()
        self.opened = self._passage.streamed = True
        self._passage.chunk(Leg.RESPONSE, self.body)
        return (self.body,) if self.body else ()

    def past(self, data: bytes) -> Sequence[bytes]:
        """Nothing of upstream's goes to the client."""
        self._upstream(data)
        return ()

    def broke_off(self, _message: str) -> Sequence[bytes]:
        """Which the client need not know."""
        self._upstream(b"")
        return ()

    def wait_for(self, _piece: bytes) -> None:
        """Nothing waits."""

    def callable(self, data: bytes) -> list[bytes]:
        """The same for a mitmproxy that has no owned streams: what a stream callable gives."""
        return [*self.opening(), *self.past(data)]
