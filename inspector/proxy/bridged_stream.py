"""A chat stream that becomes a Responses stream, chunk by chunk, as mitmproxy's stream callable.

- Nothing to send is `[]`, never `b""`: mitmproxy would frame that as an empty chunk, which ends an HTTP/1.1
  body.
- After the terminal event nothing more is sent, whatever upstream adds.
- If the translation raises, the stream ends with `response.failed`; the rest of upstream's bytes is recorded
  only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.capture.encodings import Decoder
from inspector.capture.model import Headers, Leg, Outcome
from inspector.protocol import sse
from inspector.protocol.from_chat.stream_event import StreamEvent
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import StreamFailure, StreamTranslator
from inspector.proxy.ending import broke_off
from inspector.proxy.passage import Passage
from inspector.proxy.recorder import Recorder

OUR_FAILURE = "The inspector's bridge failed while it translated; the capture has the traceback."


@dataclass(slots=True)
class Call:
    """A request on its way over the bridge."""

    passage: Passage
    recorder: Recorder
    request: Mapping[str, Any] = field(default_factory=dict)
    tools: ToolNames = field(default_factory=ToolNames)
    model: str = ""
    upstream: str = ""  # host:port
    streams: bool = False
    codex_client: bool = False
    stream: BridgedStream | None = None

    def translator(self) -> StreamTranslator:
        """For the stream that answers this call."""
        return StreamTranslator(
            request=self.request, tools=self.tools, model=self.model, codex_client=self.codex_client
        )

    def failed(self, message: str) -> bytes:
        """A stream that only says that we failed; made without the translator, which may be what failed."""
        response = {
            "id": "resp_failed",
            "object": "response",
            "status": "failed",
            "error": {"code": "server_error", "message": message},
            "output": [],
        }
        event = {"type": "response.failed", "sequence_number": 0, "response": response}
        return sse.encode(json.dumps(event), event="response.failed")


class BridgedStream:
    """One response's stream callable, `past`, and what a stream layer needs to end the response itself."""

    def __init__(self, call: Call, headers: Headers) -> None:
        """`headers` are upstream's: their content-encoding is undone."""
        self._call = call
        self._decoder = Decoder(headers)
        self._translator = call.translator()
        self._over = False

    @property
    def finished(self) -> bool:
        """Whether the terminal event has been sent: the client needs nothing more."""
        return self._over or self._translator.finished

    def past(self, data: bytes) -> list[bytes]:
        """Bytes of the chat stream in, event bytes out; `b""` is its end."""
        passage = self._call.passage
        if data:
            passage.chunk(Leg.UPSTREAM_RESPONSE, data)
            return self._send(lambda: self._translator.feed(self._decoder.feed(data)))
        passage.end(Leg.UPSTREAM_RESPONSE)
        return self._send(self._translator.close)

    def broke_off(self, message: str) -> list[bytes]:
        """Upstream is gone in the middle: what ends the client's stream properly."""
        passage = self._call.passage
        passage.end(Leg.UPSTREAM_RESPONSE)
        if self.finished:
            return []
        message = broke_off(self._call.upstream, message)
        passage.outcome, passage.error = Outcome.UPSTREAM_GONE, message
        return self._send(lambda: self._translator.close(StreamFailure("server_error", message)))

    def wait_for(self, _piece: bytes) -> None:
        """Nothing of a bridged response is held back."""

    def _send(self, translate: Callable[[], Iterable[StreamEvent]]) -> list[bytes]:
        if self._over:
            return []
        try:
            encoded = b"".join([event.encode() for event in translate()])
        except Exception:  # noqa: BLE001 - whatever it is, the client's stream must end properly
            self._over = True
            self._call.recorder.failed(self._call.passage)
            self._call.passage.error = OUR_FAILURE
            encoded = self._call.failed(OUR_FAILURE)
        if not encoded:
            return []
        self._call.passage.chunk(Leg.RESPONSE, encoded)
        return [encoded]
