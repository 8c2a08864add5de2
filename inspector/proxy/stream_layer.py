"""What a stream callable cannot do: end a response, hold a piece of it back, answer when upstream does not.

mitmproxy gives each exchange a layer, HttpStream, which asks the stream callable for every chunk, but never
again once upstream is gone, which sends at once what it is given, and which ends the response when upstream
ends it. Ours, put in its place through the `next_layer` hook, differs where a flow's stream has an owner:

    upstream breaks off in the stream   the owner's last bytes are sent; the response ends properly, or not
    a piece has to wait                 it and all behind it are sent when the wait is over; chunks are taken
                                        from upstream, and told to the owner, as they arrive
      and the client leaves meanwhile   the wait is cancelled, what was held is dropped
      and upstream leaves meanwhile     that waits for its turn like everything else
      and more comes than MOST_BEHIND   the owner is told
      and the flow is killed meanwhile  the client's response breaks off, upstream's is cancelled
    only the end of it is missing       upstream gets REST seconds, anew with each piece for the client; then
                                        it is cancelled, and the owner told that it ended
    the terminal event has been sent    upstream gets GRACE seconds to end too; then it is cancelled, and the
                                        client's response ended
    upstream gives no answer at all     the `error` hook, then an answer of ours

A wait is a hook of ours, `inspector_wait`, that some addon handles (`await wait.over()`). mitmproxy pauses a
layer that yields a hook whose `blocking` is True, and with it the record of what arrives; any other true
value only asks for the news of its completion, which is what we want.

While a hook of the flow is awaited, mitmproxy tells nobody that the client has left; here the owner hears of
it at once.

This API is half private: everything that touches it is here. Where it is not as it was in mitmproxy 11 and
12, nothing is installed, and what streams goes on with the plain callable.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from mitmproxy import flow as mitmproxy_flow
from mitmproxy.net.http import status_codes
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import CommandGenerator, Layer, NextLayer
from mitmproxy.proxy.layers import http
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _hooks as http_hooks

from inspector.proxy.stream_owner import OwnedResponse, StreamOwner

logger = logging.getLogger(__name__)

GRACE = 0.25
"""Seconds in which upstream may end its response by itself: then its connection can be used again."""

REST = 2.0
"""Seconds for what may follow a finish, which is the usage: servers that tell it do so at once."""

MOST_BEHIND = 2**24
"""Bytes that may come from upstream behind a piece that waits, or while a hook is awaited."""

_NEEDED = {
    http.HttpLayer: ("make_stream", "event_to_child"),
    http.HttpStream: (
        "_handle_event",
        "check_killed",
        "handle_event",
        "handle_protocol_error",
        "start_response_stream",
        "state_done",
        "state_errored",
        "state_stream_response_body",
        "state_wait_for_response_headers",
    ),
}
SUPPORTED = all(hasattr(owner, name) for owner, names in _NEEDED.items() for name in names)


class Wait:
    """A piece that is held back until something is over."""

    def __init__(self, piece: bytes, released: Awaitable[bytes]) -> None:
        self.piece = piece  # what is to be sent, once it is over
        self._released = released
        self._task: asyncio.Future[bytes] | None = None
        self._cancelled = False

    async def over(self) -> None:
        """To be awaited by the handler of the hook. A wait that fails lets the piece pass as it is."""
        self._task = asyncio.ensure_future(self._released)
        if self._cancelled:
            self._task.cancel()
        try:
            self.piece = await self._task
        except asyncio.CancelledError:
            if not self._cancelled:
                raise  # the proxy ends

    def cancel(self) -> None:
        """Nobody is there any more to send it to."""
        self._cancelled = True
        if self._task is not None:
            self._task.cancel()


@dataclass
class InspectorWaitHook(commands.StartHook):  # type: ignore[no-untyped-call]  # mitmproxy's registers it
    """A piece of a response waits: to be handled with `await wait.over()`."""

    wait: Wait


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
        self._response: OwnedResponse | None = None  # known as soon as the response streams
        self._wait: InspectorWaitHook | None = None
        self._behind: deque[bytes | events.Event] = deque()  # what may go when the wait is over
        self._grace = False  # upstream has been given time to end, after us
        self._deadline: commands.RequestWakeup | None = None  # when it is over, the last one that was set
        self._ended = False  # by us: what upstream still says is no news
        self._kept = 0  # bytes that came behind what waits

    def handle_event(self, event: events.Event) -> CommandGenerator[None]:
        """Anything happens."""
        if self._paused is not None:
            if isinstance(event, http_events.ResponseData):
                self._keep(event.data)
            elif isinstance(event, http_events.RequestProtocolError):
                self._owner.client_left(self.flow)
        return super().handle_event(event)

    def own(self, response: OwnedResponse) -> bool:
        """Gives the response to somebody else from now on; False when it does not stream (any more)."""
        if self.server_state not in (self.state_stream_response_body, self.state_stream_owned_body):
            return False
        self._response = response
        self._own()
        return True

    def _own(self) -> None:
        assert self.flow.response is not None
        self.server_state = self.state_stream_owned_body
        self.flow.response.stream = True  # what we hand to mitmproxy's state is what is to be sent

    def _keep(self, data: bytes) -> None:
        self._kept += len(data)
        if self._kept > MOST_BEHIND:
            self._owner.too_much(self.flow)

    def _handle_event(self, event: events.Event) -> CommandGenerator[None]:
        if isinstance(event, events.Wakeup):
            if event.command is self._deadline:
                yield from self._cancel_upstream()
        elif isinstance(event, events.HookCompleted):
            yield from self._go_on(event.command)
        else:
            yield from super()._handle_event(event)

    def start_response_stream(self) -> CommandGenerator[None]:
        """Upstream's response streams from now on."""
        yield from super().start_response_stream()
        self._kept = 0
        self._response = self._owner.owned_response(self.flow, self.own)
        if self._response is not None:  # else mitmproxy's own state goes on, and costs what it costs
            self._own()
            yield from self._send(self._response.opening())

    def state_stream_owned_body(self, event: events.Event) -> CommandGenerator[None]:
        """Upstream's response streams, and somebody else decides what of it, when, and where it ends."""
        assert self._response is not None
        if isinstance(event, http_events.ResponseData):
            if event.data:  # an empty HTTP/2 frame is not the end
                if self._wait is not None:
                    self._keep(event.data)
                yield from self._send(self._response.past(event.data))
        elif isinstance(event, http_events.ResponseEndOfMessage):
            yield from self._send((*self._response.past(b""), event))
        else:
            yield from self._send((event,))

    def _send(self, what: Iterable[bytes | events.Event]) -> CommandGenerator[None]:
        """In order: pieces for the client and mitmproxy's own events, from where one has to wait later on."""
        assert self._response is not None
        waiting = deque(what)
        news = bool(waiting)
        while waiting and self._wait is None:
            first = waiting.popleft()
            if not isinstance(first, bytes):
                yield from self._pass(first)
            elif (released := self._response.wait_for(first)) is None:
                yield from self._pass(http_events.ResponseData(self.stream_id, first))
            elif isinstance(released, bytes):
                if released:
                    yield from self._pass(http_events.ResponseData(self.stream_id, released))
            else:
                self._wait = InspectorWaitHook(Wait(first, released))
                self._wait.blocking = self  # type: ignore[assignment]  # declared bool, meant for layers too
                yield self._wait
        self._behind.extend(waiting)
        streams = self.server_state == self.state_stream_owned_body
        if not streams or self._wait is not None or self._grace:
            return
        if self._response.finished:
            self._grace = True
            yield from self._set_deadline(GRACE)
        elif news and self._response.finishing:
            yield from self._set_deadline(REST)

    def _set_deadline(self, seconds: float) -> CommandGenerator[None]:
        self._deadline = commands.RequestWakeup(seconds)
        yield self._deadline

    def _pass(self, event: events.Event) -> CommandGenerator[None]:
        if not isinstance(event, http_events.ResponseProtocolError):
            yield from self.state_stream_response_body(event)
        elif self._response is not None and self._response.finished:  # it came behind the end
            self._ended = True
            yield from self.state_stream_response_body(http_events.ResponseEndOfMessage(self.stream_id))
        else:
            yield from super().handle_protocol_error(event)

    def _go_on(self, hook: commands.Command) -> CommandGenerator[None]:
        if hook is not self._wait:
            return  # the client left while it waited
        piece, self._wait, self._kept = self._wait.wait.piece, None, 0
        if self.flow.error is not None and self.flow.error.msg == mitmproxy_flow.Error.KILLED_MESSAGE:
            self._ended = True
            self._behind.clear()
            yield from self._leave_upstream("the response is not wanted any more")
            yield from self.check_killed(True)
            return
        if piece:
            yield from self._pass(http_events.ResponseData(self.stream_id, piece))
        behind, self._behind = self._behind, deque()
        yield from self._send(behind)
        self._kept = sum(len(one) for one in self._behind if isinstance(one, bytes))  # behind the next wait

    def handle_protocol_error(
        self, event: http_events.RequestProtocolError | http_events.ResponseProtocolError
    ) -> CommandGenerator[None]:
        """Either side failed."""
        if isinstance(event, http_events.ResponseProtocolError):
            if self._ended:
                return
            if self._response is not None and self.server_state == self.state_stream_owned_body:
                last = self._response.broke_off(event.message)
                if self._response.mends:
                    self._ended = True
                    yield from self._send((*last, http_events.ResponseEndOfMessage(self.stream_id)))
                else:
                    yield from self._send((*last, event))
                return
            if (yield from self._answer(event.message)):
                return
        elif self._wait is not None:
            self._wait.wait.cancel()
            self._wait = None
            self._behind.clear()
        yield from super().handle_protocol_error(event)

    def _cancel_upstream(self) -> CommandGenerator[None]:
        streams = self.server_state == self.state_stream_owned_body
        if self._response is None or not streams or self._ended or not self.flow.live:
            return  # it ended by itself, or the client left
        # First upstream: the end of our response lets the client send its next request, which must not find
        # this connection still busy.
        self._ended = True
        yield from self._leave_upstream("the response is complete")
        end = http_events.ResponseEndOfMessage(self.stream_id)
        yield from self._send((*self._response.past(b""), end))

    def _leave_upstream(self, why: str) -> CommandGenerator[None]:
        cancel = http_events.RequestProtocolError(self.stream_id, why, _cancelled())
        yield http.SendHttp(cancel, self.context.server)

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
