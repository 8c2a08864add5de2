"""A request on its way over the bridge: what its answer needs to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.protocol.report import Report
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import StreamTranslator
from inspector.proxy.passage import Passage
from inspector.proxy.recorder import Recorder
from inspector.proxy.sent import Sent
from inspector.proxy.translation import Events

OUR_FAILURE = "The inspector's bridge failed while it translated; the capture has the traceback."


class Call:
    """Begun with what is known before the body has been read."""

    def __init__(self, passage: Passage, recorder: Recorder, *, events: Events = "official") -> None:
        self.passage = passage
        self.request: Mapping[str, Any] = {}
        self.model = ""
        self.upstream = ""  # host:port
        self.streams = False  # what the client wants
        self.upstream_streams = False  # what the chat endpoint was asked for
        self.codex_client = False
        self.tools = ToolNames()
        self.report = Report()  # of the request's translation
        self._recorder = recorder
        self._events: Events = events

    def begin(self, request: Mapping[str, Any], model: str, upstream: str) -> None:
        """The request has been read."""
        self.request, self.model, self.upstream = request, model, upstream
        self.streams = request.get("stream") is True

    def translator(self) -> StreamTranslator:
        """For the answer to this call."""
        return StreamTranslator(
            request=self.request,
            tools=self.tools,
            model=self.model,
            codex_client=self.codex_client,
            profile=self._events,
        )

    def failed(self, sent: Sent | None = None) -> bytes:
        """While an exception of ours is handled: it is recorded, and these events end a stream by saying so.

        `sent`: what of the stream went out before.
        """
        self._recorder.failed(self.passage)
        self.passage.error = OUR_FAILURE
        return (sent or Sent()).failure(OUR_FAILURE, model=self.model, dual=self._events == "dual")
