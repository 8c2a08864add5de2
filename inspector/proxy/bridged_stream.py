"""A chat stream that becomes a Responses stream, chunk by chunk, as mitmproxy's stream callable.

- Nothing to send is `[]`, never `b""`: mitmproxy would frame that as an empty chunk, which ends an HTTP/1.1
  body.
- After the terminal event nothing more is sent, whatever upstream adds.
- If the translation raises, the stream ends with `response.failed`; the rest of upstream's bytes is recorded
  only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inspector.capture.encodings import Decoder
from inspector.capture.endings import broke_off
from inspector.capture.model import Headers, Leg, Outcome
from inspector.protocol.from_chat.stream_event import StreamEvent
from inspector.protocol.translate_stream import StreamFailure, StreamTranslator
from inspector.proxy.bridged_call import Call
from inspector.proxy.sent import Sent


class BridgedStream:
    """One response's stream callable, `past`, and what a stream layer needs to end the response itself."""

    def __init__(self, call: Call, headers: Headers) -> None:
        """`headers` are upstream's: their content-encoding is undone."""
        self._call = call
        self._decoder = Decoder(headers)
        self._translator: StreamTranslator | None = None
        self._sent = Sent()
        self._over = False
        self.records = True  # False where somebody else does it, who knows when it is sent

    @property
    def finished(self) -> bool:
        """Whether the terminal event has been sent: the client needs nothing more."""
        return self._over or (self._translator is not None and self._translator.finished)

    @property
    def finishing(self) -> bool:
        """Whether the chat answer has finished and only its usage may follow, or its end."""
        return not self._over and self._translator is not None and self._translator.finishing

    def past(self, data: bytes) -> list[bytes]:
        """Bytes of the chat stream in, event bytes out; `b""` is its end."""
        passage = self._call.passage
        if data:
            passage.chunk(Leg.UPSTREAM_RESPONSE, data)
            return self._send(lambda translator: translator.feed(self._decoder.feed(data)))
        passage.end(Leg.UPSTREAM_RESPONSE)
        return self._send(StreamTranslator.close)

    mends = True

    def opening(self) -> list[bytes]:
        """Everything waits for upstream."""
        return []

    def broke_off(self, message: str) -> list[bytes]:
        """Upstream is gone in the middle: what ends the client's stream properly."""
        passage = self._call.passage
        passage.end(Leg.UPSTREAM_RESPONSE)
        if self.finished:
            return []
        message = broke_off(self._call.upstream, message)
        passage.outcome, passage.error = Outcome.UPSTREAM_GONE, message
        failure = StreamFailure("server_error", message)
        return self._send(lambda translator: translator.close(failure))

    def wait_for(self, _piece: bytes) -> None:
        """Nothing of a bridged response is held back."""

    def _send(self, translate: Callable[[StreamTranslator], Sequence[StreamEvent]]) -> list[bytes]:
        if self._over:
            return []
        try:
            if self._translator is None:
                self._translator = self._call.translator()
            events = translate(self._translator)
            encoded = b"".join([event.encode() for event in events])
            self._sent.add(events)
        except Exception:  # noqa: BLE001 - whatever it is, the client's stream must end properly
            self._over = True
            encoded = self._call.failed(self._sent)
        if not encoded:
            return []
        if self.records:
            self._call.passage.chunk(Leg.RESPONSE, encoded)
        return [encoded]
