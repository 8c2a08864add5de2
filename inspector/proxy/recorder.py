"""Observing: what passes is written down, and passes as it came.

- Response bodies go through a stream callable, so that every chunk passes the moment it arrives (mitmproxy
  would hold an event stream back whole). The callable gives back the very bytes it got, whatever happens to
  the record.
- Request bodies are not streamed: mitmproxy collects them and sends them on when they are complete. They
  come from a client nearby in one piece, what changes requests (the bridge) decides on the whole body, and
  tools beside us (mitmweb) can still show it. A request is recorded as one chunk, at the time it was
  complete.
- Content encodings are left alone: the record has the bytes as they passed.
- mitmproxy calls, for every flow, either `response` or `error` as the last hook.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from time import monotonic
from typing import Any

from mitmproxy.http import HTTPFlow

from inspector.capture.model import Leg, Outcome
from inspector.capture.writer import Writer
from inspector.protocol.azure import Operation
from inspector.proxy.ending import ending_of
from inspector.proxy.passage import Passage

logger = logging.getLogger(__name__)

STOPPED = "The proxy was stopped."


class Recorder:
    """Hooks for flows that are recorded; those it was not told to `begin` are none of its business."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self._passages: dict[str, Passage] = {}

    def begin(self, flow: HTTPFlow, operation: Operation, mode: str) -> Passage:
        """The head of a request is here, and it goes to where its flow says."""
        passage = self._passages[flow.id] = Passage(self.writer, flow, operation, mode)
        return passage

    def passage(self, flow: HTTPFlow) -> Passage | None:
        """What is known of a flow that is recorded and not over."""
        return self._passages.get(flow.id)

    def request(self, flow: HTTPFlow, passage: Passage) -> None:
        """The request is complete."""
        passage.chunk(Leg.REQUEST, flow.request.raw_content)
        passage.end(Leg.REQUEST, flow.request.trailers)

    def responseheaders(
        self, flow: HTTPFlow, passage: Passage, also: Callable[[bytes], object] | None = None
    ) -> None:
        """The head of the response is here: the body will stream, past us, and past `also`."""
        assert flow.response is not None
        passage.head(Leg.RESPONSE, flow.response.headers, flow.response.status_code)
        past = self._past(passage)
        flow.response.stream = past if also is None else lambda data: (also(data), past(data))[1]

    def response(self, flow: HTTPFlow, passage: Passage) -> None:
        """The response is complete."""
        assert flow.response is not None
        if not (passage.streamed or passage.dropped):  # an answer that some addon made, or an empty one
            passage.chunk(Leg.RESPONSE, flow.response.raw_content)
        passage.end(Leg.RESPONSE, flow.response.trailers)
        self._finish(flow, passage.outcome, passage.error)

    def error(self, flow: HTTPFlow) -> None:
        """The exchange broke off."""
        passage = self._passages.get(flow.id)
        if passage is not None and passage.dropped:
            self._finish(flow, passage.outcome, passage.error)
        else:
            self._finish(flow, *ending_of(flow))

    def socket_ended(self, flow: HTTPFlow, outcome: Outcome, error: str | None) -> None:
        """The WebSocket that an exchange opened is closed."""
        if (passage := self._passages.get(flow.id)) is not None:
            passage.end(Leg.RESPONSE)
        self._finish(flow, outcome, error)

    def stop(self) -> None:
        """The proxy ends: what still runs will not be recorded to its end."""
        for flow_id in list(self._passages):
            self._passages.pop(flow_id).finish(Outcome.INTERRUPTED, STOPPED)

    def failed(self, passage: Passage | None) -> None:
        """To be called while an exception of ours is handled: its traceback is recorded and told, once."""
        if passage is not None:
            if passage.failed:
                return
            passage.failed = True
        trace = traceback.format_exc()
        logger.error("The inspector failed; the traffic goes on. %s", trace)
        self.writer.failure(passage.handle if passage else None, trace)

    def _finish(self, flow: HTTPFlow, outcome: Outcome, error: str | None) -> None:
        passage = self._passages.pop(flow.id, None)
        if passage is not None:
            passage.finish(outcome, error)

    def _past(self, passage: Passage) -> Callable[[bytes], Any]:
        # Runs for every chunk, inside mitmproxy's protocol layer: one call that queues, and nothing else.
        write, handle, leg = self.writer.chunk, passage.handle, Leg.RESPONSE

        def past(data: bytes) -> bytes:
            try:
                if data:  # mitmproxy's last call brings none
                    passage.streamed = True
                    write(handle, leg, data, monotonic())
            except Exception:  # noqa: BLE001 - whatever it is, the bytes must pass
                self.failed(passage)
            return data

        return past
