"""What a stream callable cannot do: end a response, and answer when upstream does not.

mitmproxy gives each exchange a layer, HttpStream, which asks the stream callable for every chunk, but never
again once upstream is gone, and which ends the response when upstream ends it. Ours, put in its place through
the `next_layer` hook, differs in three moments:

    upstream breaks off in a stream that somebody ends   their last bytes are sent, the response ends properly
    the stream's terminal event has been sent            upstream gets GRACE seconds to end too; then it is
                                                         cancelled, and the client's response ended
    upstream gives no answer at all                      the `error` hook, then an answer of ours

This API is half private: everything that touches it is here. Where it is not as it was in mitmproxy 11 and
12, nothing is installed, and what streams goes on with the plain callable.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from mitmproxy import flow as mitmproxy_flow
from mitmproxy.http import HTTPFlow, Response
from mitmproxy.net.http import status_codes
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import CommandGenerator, Layer, NextLayer
from mitmproxy.proxy.layers import http
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _hooks as http_hooks

logger = logging.getLogger(__name__)

GRACE = 0.25
"""Seconds in which upstream may end its response by itself: then its connection can be used again."""

_NEEDED = {
    http.HttpLayer: ("make_stream", "event_to_child"),
    http.HttpStream: (
        "_handle_event",
        "handle_protocol_error",
        "start_response_stream",
        "state_done",
        "state_errored",
        "state_stream_response_body",
        "state_wait_for_response_headers",
    ),
}
SUPPORTED = all(hasattr(owner, name) for owner, names in _NEEDED.items() for name in names)


class StreamEnd(Protocol):
    """Who ends a response's stream."""

    @property
    def finished(self) -> bool:
        """Whether the client needs nothing more."""

    def broke_off(self, message: str) -> Sequence[bytes]:
        """Upstream is gone in the middle: the last bytes for the client."""


class StreamOwner(Protocol):
    """Who knows flows; called from within mitmproxy's layers, so neither method may raise."""

    def stream_end(self, flow: HTTPFlow) -> StreamEnd | None:
        """Who ends this flow's response; None leaves it to upstream."""

    def unanswered(self, flow: HTTPFlow) -> Response | None:
        """Upstream gives no answer (the flow's error says why): ours, or None to leave it to mitmproxy."""


def install(next_layer: NextLayer, owner: StreamOwner) -> None:
    """To be called in the `next_layer` hook when the layer is known: exchanges in it are of our kind."""
    if not SUPPORTED:
        _tell_once()
        return
    layer: Layer | None = next_layer.layer
    while layer is not None:
        if isinstance(layer, http.HttpLayer):
            _replace_make_stream(layer, owner)
        layer = getattr(layer, "child_layer", None)


@cache
def _tell_once() -> None:
    logger.warning(
        "The layers of this mitmproxy are not as we know them: a bridged response cannot be ended by us "
        "when upstream breaks off or does not end it."
    )


def _replace_make_stream(layer: http.HttpLayer, owner: StreamOwner) -> None:
    def make_stream(stream_id: int) -> CommandGenerator[None]:
        stream = OwnedStream(layer.context.fork(), stream_id, owner)
        layer.streams[stream_id] = stream
        yield from layer.event_to_child(stream, events.Start())

    layer.make_stream = make_stream  # type: ignore[method-assign]  # an instance's own, which is the point


class OwnedStream(http.HttpStream):
    """mitmproxy's layer of one exchange, with an owner."""

    def __init__(self, context: Context, stream_id: int, owner: StreamOwner) -> None:
        super().__init__(context, stream_id)
        self._owner = owner
        self._end: StreamEnd | None = None  # known as soon as the response streams
        self._waiting = False  # for upstream's end, after ours
        self._ended = False  # by us: what upstream still says is no news

    def _handle_event(self, event: events.Event) -> CommandGenerator[None]:
        if isinstance(event, events.Wakeup):
            yield from self._cancel_upstream()
        else:
            yield from super()._handle_event(event)

    def start_response_stream(self) -> CommandGenerator[None]:
        """Upstream's response streams from now on."""
        yield from super().start_response_stream()
        self._end = self._owner.stream_end(self.flow)
        if self._end is not None:  # else mitmproxy's own state goes on, and costs what it costs
            self.server_state = self.state_stream_owned_body

    def state_stream_owned_body(self, event: events.Event) -> CommandGenerator[None]:
        """Upstream's response streams, and somebody else may end it."""
        yield from self.state_stream_response_body(event)
        arrived = isinstance(event, http_events.ResponseData)
        if arrived and self._end is not None and self._end.finished and not self._waiting:
            self._waiting = True
            yield commands.RequestWakeup(GRACE)

    def handle_protocol_error(
        self, event: http_events.RequestProtocolError | http_events.ResponseProtocolError
    ) -> CommandGenerator[None]:
        """Either side failed."""
        if isinstance(event, http_events.ResponseProtocolError):
            if self._ended:
                return
            if self._end is not None and self.server_state == self.state_stream_owned_body:
                for data in self._end.broke_off(event.message):
                    yield http.SendHttp(http_events.ResponseData(self.stream_id, data), self.context.client)
                yield from self._end_response()
                return
            if (yield from self._answer(event.message)):
                return
        yield from super().handle_protocol_error(event)

    def _cancel_upstream(self) -> CommandGenerator[None]:
        if self.server_state != self.state_stream_owned_body:
            return  # it ended by itself
        # First upstream: the end of our response lets the client send its next request, which must not find
        # this connection still busy.
        cancel = http_events.RequestProtocolError(self.stream_id, "the response is complete", _cancelled())
        yield http.SendHttp(cancel, self.context.server)
        yield from self._end_response()

    def _end_response(self) -> CommandGenerator[None]:
        self._ended = True
        yield from self.state_stream_response_body(http_events.ResponseEndOfMessage(self.stream_id))

    def _answer(self, message: str) -> CommandGenerator[bool]:
        if self.server_state != self.state_wait_for_response_headers or self.flow.error:
            return False
        self.flow.error = mitmproxy_flow.Error(message)
        response = self._owner.unanswered(self.flow)
        if response is None:
            return False
        yield http_hooks.HttpErrorHook(self.flow)
        self._ended = True
        self.flow.response = response
        self.flow.live = False
        self.server_state = self.state_errored
        client = self.context.client
        yield http.SendHttp(http_events.ResponseHeaders(self.stream_id, response, False), client)
        yield http.SendHttp(http_events.ResponseData(self.stream_id, response.raw_content or b""), client)
        yield http.DropStream(self.stream_id)
        yield http.SendHttp(http_events.ResponseEndOfMessage(self.stream_id), client)
        return True


def _cancelled() -> Any:
    """How a cancelled stream is called: an enumeration in mitmproxy 12, a status code in 11."""
    codes = getattr(http_events, "ErrorCode", None)
    return codes.CANCEL if codes is not None else status_codes.CLIENT_CLOSED_REQUEST
