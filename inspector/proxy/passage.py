"""An exchange while it passes: the writer's handle, and the clock that every leg of it is timed by."""

from __future__ import annotations

from time import monotonic

from mitmproxy.http import Headers as FlowHeaders
from mitmproxy.http import HTTPFlow

from inspector.capture.model import Headers, Leg, Outcome
from inspector.capture.writer import Handle, Writer
from inspector.protocol.azure import Operation


class Passage:
    """What the hooks of one flow know of each other. Nothing here raises or waits: the writer does not."""

    __slots__ = (
        "_writer", "dropped", "error", "failed", "handle", "legs", "mode", "operation", "ours", "outcome",
        "streamed",
    )  # fmt: skip

    def __init__(self, writer: Writer, flow: HTTPFlow, operation: Operation, mode: str) -> None:
        request = flow.request
        self._writer = writer
        self.operation = operation
        self.mode = mode
        self.outcome = Outcome.COMPLETE  # what `finish` says unless it knows better
        self.error: str | None = None
        self.failed = False  # a failure of ours was told
        self.streamed = False  # body bytes went through a stream callable
        self.ours = False  # the answer is not upstream's
        self.dropped = False  # a person had it end: `outcome` and `error` tell so
        self.legs: set[Leg] = {Leg.REQUEST}  # those that have a head
        self.handle: Handle = writer.begin(
            method=request.method,
            url=request.url,
            http_version=request.http_version,
            headers=plain(request.headers),
            operation=operation.value,
            mode=mode,
            connection=flow.client_conn.id,
            at=monotonic(),
        )

    def head(self, leg: Leg, headers: FlowHeaders, status: int | None = None) -> None:
        """A leg's head passes."""
        self.head_of(leg, plain(headers), status)

    def head_of(self, leg: Leg, headers: Headers, status: int | None = None) -> None:
        """The same, with headers as the capture keeps them; once more: it is another one."""
        self.legs.add(leg)
        self._writer.head(self.handle, leg, headers, status=status, at=monotonic())

    def chunk(self, leg: Leg, data: bytes | None, at: float | None = None) -> None:
        """Body bytes pass, or passed at that monotonic time."""
        if data:
            self._writer.chunk(self.handle, leg, data, monotonic() if at is None else at)

    def end(self, leg: Leg, trailers: FlowHeaders | None = None) -> None:
        """A leg is over."""
        now = monotonic()
        if trailers:
            self._writer.trailers(self.handle, leg, plain(trailers), now)
        self._writer.end_leg(self.handle, leg, now)

    def drop(self, error: str) -> None:
        """It ends because a person wants it to."""
        self.dropped, self.outcome, self.error = True, Outcome.REFUSED, error

    def whole(self, leg: Leg, headers: FlowHeaders, body: bytes | None) -> None:
        """A leg passes at once."""
        self.head(leg, headers)
        self.chunk(leg, body)
        self.end(leg)

    def finish(self, outcome: Outcome, error: str | None) -> None:
        """The exchange is over."""
        self._writer.finish(self.handle, outcome, error=error, at=monotonic())


def plain(headers: FlowHeaders) -> Headers:
    """mitmproxy's header fields as the capture keeps them."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.fields)
