"""A call while it passes: what goes out and comes back is recorded as it does, and read for its sum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import httpx

from inspector.capture.encodings import Decoder as ContentDecoder
from inspector.capture.model import Headers, Leg, Made, Outcome
from inspector.capture.summary import ResponseReading, Summary
from inspector.capture.writer import Handle, Writer
from inspector.protocol import sse
from inspector.protocol.json_text import parse_object
from inspector.replay.call import MODE, Call

OnEvent = Callable[[Mapping[str, Any]], None]
"""Is told the data of each event of a stream as it arrives, where that is a JSON object."""

_VERSIONS = {"http2": "HTTP/2.0", "http11": "HTTP/1.1"}


class Passage:
    """One try. The exchange begins when the request leaves, or when it cannot."""

    def __init__(
        self,
        writer: Writer,
        call: Call,
        *,
        connection: str,
        parent: int | None,
        made: Made,
        on_event: OnEvent | None,
    ) -> None:
        self._writer = writer
        self._call = call
        self._connection = connection
        self._parent = parent
        self._made = made
        self._on_event = on_event
        self._began = monotonic()
        self._sent = False  # the request, whole
        self._sending: Headers = call.headers
        self._reading: ResponseReading | None = None
        self._content = ContentDecoder(())
        self._events: sse.Decoder | None = None
        self.handle: Handle | None = None
        self.connecting_to: tuple[str, int] | None = None  # host and port, until a connection stands
        self.status: int | None = None
        self.headers: Headers = ()
        self.body = bytearray()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return monotonic() - self._began

    @property
    def has_events(self) -> bool:
        """Whether the answer has been a stream of events."""
        return self._events is not None or (
            self._reading is not None and self._reading.summary().event_count > 0
        )

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """httpcore's account of what it does: it alone knows when the request leaves, and in which HTTP."""
        layer, _, step = event.partition(".")
        if event == "connection.connect_tcp.started":  # to the proxy, where there is one
            self.connecting_to = (str(info["host"]), int(info["port"]))
        elif event == "connection.connect_tcp.complete":
            self.connecting_to = None
        if layer not in _VERSIONS or info.get("request") is None:
            return
        if info["request"].method == b"CONNECT":  # to the proxy
            return
        if step == "send_request_headers.started":
            self.begin(_VERSIONS[layer])
        elif step == "send_request_body.complete":
            self._request_sent()

    def goes_as(self, request: httpx.Request) -> None:
        """The head of the request as it will leave, the credential in it: the writer takes that out."""
        self._sending = _plain(request.headers)

    def begin(self, http_version: str = "HTTP/1.1") -> Handle:
        """The request leaves, or would have."""
        if self.handle is None:
            call = self._call
            self.handle = self._writer.begin(
                method=call.method,
                url=call.url,
                http_version=http_version,
                headers=self._sending,
                operation=call.operation.value,
                mode=MODE,
                connection=self._connection,
                at=self._began,
                parent=self._parent,
                made=self._made,
            )
            if call.body:
                self._writer.chunk(self.handle, Leg.REQUEST, call.body, monotonic())
        return self.handle

    def answered(self, response: httpx.Response) -> None:
        """The head of the answer is here."""
        handle = self.begin()
        self._request_sent()
        self.status, self.headers = response.status_code, _plain(response.headers)
        self._writer.head(handle, Leg.RESPONSE, self.headers, status=self.status, at=monotonic())
        self._reading = ResponseReading(self._call.operation.value, self.status, self.headers)
        self._content = ContentDecoder(self.headers)
        if "event-stream" in response.headers.get("content-type", ""):
            self._events = sse.Decoder()

    def chunk(self, data: bytes) -> None:
        """Bytes of the answer are here."""
        if not data:
            return
        assert self._reading is not None
        now = monotonic()
        self._writer.chunk(self.begin(), Leg.RESPONSE, data, now)
        self.body += data
        self._reading.feed(data, now - self._began)
        if self._on_event is not None and self._events is not None:
            for event in self._events.feed(self._content.feed(data)):
                if event.has_data and (value := parse_object(event.data)) is not None:
                    self._on_event(value)

    def finish(self, outcome: Outcome, error: str | None = None) -> Summary:
        """It is over; what the answer came to."""
        handle, now = self.begin(), monotonic()
        self._request_sent()
        if self.status is not None:
            self._writer.end_leg(handle, Leg.RESPONSE, now)
        self._writer.finish(handle, outcome, error=error, at=now)
        reading = self._reading or ResponseReading(self._call.operation.value, None, ())
        return reading.close(outcome, error)

    def _request_sent(self) -> None:
        if not self._sent:
            self._sent = True
            self._writer.end_leg(self.begin(), Leg.REQUEST, monotonic())


def _plain(headers: httpx.Headers) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)
