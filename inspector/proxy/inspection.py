"""Our hooks, in the order in which each concern gets its turn: routing, recording, bridging or repairing.

One mitmproxy addon, so that the order is ours and one guard stands around all of it: a failure in here is
told and recorded, and the flow goes on as mitmproxy has it.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from mitmproxy import ctx
from mitmproxy.http import HTTPFlow, Response
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.mode_specs import ReverseMode

from inspector.capture.held.values import Point
from inspector.capture.model import Leg, Outcome
from inspector.protocol.azure import Operation, Upstream, operation
from inspector.proxy import stream_layer
from inspector.proxy.answers import answer, error_body
from inspector.proxy.bridge import Bridge
from inspector.proxy.ending import ending_of
from inspector.proxy.holds.holder import After, Holder
from inspector.proxy.passage import Passage
from inspector.proxy.pointing import Pointing
from inspector.proxy.recorder import STOPPED, Recorder
from inspector.proxy.repairs import Repairs
from inspector.proxy.routing import OpenedHosts, Refusal
from inspector.proxy.settings import Mode
from inspector.proxy.sockets import Sockets
from inspector.proxy.stream_layer import Wait
from inspector.proxy.stream_owner import OwnedResponse
from inspector.proxy.upstream_proxy import UpstreamProxy

NOT_HELD = Refusal(
    426,
    "websocket_not_held",
    "While there are rules of what is to be held, only POST requests pass, since only these can wait: Codex "
    "falls back to them by itself.",
)

Hook = Callable[["Inspection", HTTPFlow], "Awaitable[None] | None"]
"""mitmproxy awaits what there is to await: only what is held is worth that."""


def _guarded(hook: Hook) -> Hook:
    @functools.wraps(hook)
    def safe(self: Inspection, flow: HTTPFlow) -> Awaitable[None] | None:
        try:
            return hook(self, flow)
        except Exception:  # noqa: BLE001 - whatever it is, the proxied session goes on
            self.recorder.failed(self.recorder.passage(flow))
            return None

    return safe


class Inspection:
    """The addon. `upstream` is reverse mode's (None: as mitmproxy's mode says), `via` the proxy to it.

    `alone`: mitmproxy runs for us only, with our settings, and shows flows to nobody.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        hosts: OpenedHosts,
        upstream: Upstream | None = None,
        via: UpstreamProxy | None = None,
        bridge: Bridge | None = None,
        repairs: Repairs | None = None,
        holds: Holder | None = None,
        alone: bool = False,
    ) -> None:
        self.recorder = recorder
        self._hosts = hosts
        self._via = via
        self._pointing = Pointing(upstream, via, alone=alone)
        self._bridge = bridge
        self._repairs = repairs
        self._holds = holds
        self._alone = alone
        self._sockets = Sockets(recorder.writer, keeps=not alone)

    def next_layer(self, next_layer: NextLayer) -> None:
        """A connection's next protocol is being decided: if HTTP, we want a say in how its responses end."""
        try:
            if next_layer.layer is None:
                # A script is asked before mitmproxy's own addon, which leaves alone what is set.
                addons: Any = ctx.master.addons  # untyped
                addons.get("nextlayer").next_layer(next_layer)
            stream_layer.install(next_layer, self)
        except Exception:  # noqa: BLE001 - whatever it is, the connection goes on
            self.recorder.failed(None)

    def owned_response(self, flow: HTTPFlow, own: Callable[[OwnedResponse], bool]) -> OwnedResponse | None:
        """Who has this flow's streaming response: the bridge, if it is the one that makes it; a hold."""
        bridged = self._bridge.stream(flow) if self._bridge else None
        passage = self.recorder.passage(flow)
        if self._holds is None or passage is None:
            return bridged
        try:
            return self._holds.stream(flow, passage, own, bridged)
        except Exception:  # noqa: BLE001 - whatever it is, the response goes on as it does without holds
            self.recorder.failed(passage)
            return bridged

    def client_left(self, flow: HTTPFlow) -> None:
        """The client has gone while one of our hooks is awaited."""
        if self._holds is not None:
            self._holds.client_left(flow)

    def too_much(self, flow: HTTPFlow) -> None:
        """Too much has come behind what is held."""
        if self._holds is not None:
            self._holds.too_much(flow)

    def unanswered(self, flow: HTTPFlow) -> Response | None:
        """Upstream gives no answer: one of ours that clients can read, instead of a page for people."""
        passage = self.recorder.passage(flow)
        if passage is None:
            return None
        try:
            outcome, message = ending_of(flow)
            if outcome is Outcome.CLIENT_GONE or message is None:
                return None
            ours = answer(502, error_body("server_error", "upstream_unanswered", message))
            passage.head(Leg.RESPONSE, ours.headers, ours.status_code)
            passage.chunk(Leg.RESPONSE, ours.raw_content)
            passage.end(Leg.RESPONSE)
            return ours
        except Exception:  # noqa: BLE001 - whatever it is, mitmproxy has an answer too
            self.recorder.failed(passage)
            return None

    async def inspector_wait(self, wait: Wait) -> None:
        """A piece of a response is held back."""
        try:
            await wait.over()
        except Exception:  # noqa: BLE001 - whatever it is, the piece passes as it came
            self.recorder.failed(None)

    @_guarded
    def http_connect(self, flow: HTTPFlow) -> None:
        """A client wants a tunnel: to a host that we open it is granted before we reach the server.

        Otherwise an unreachable server would be answered here, and the request that asks for it never seen.
        """
        if self._alone and self._hosts.has(flow.request.host, flow.request.port):
            flow.response = Response.make(200, b"", {})
            flow.response.headers.clear()  # a tunnel has no content-length

    @_guarded
    def http_connect_upstream(self, flow: HTTPFlow) -> None:
        """We ask the upstream proxy for a tunnel: with its credentials."""
        if self._via is not None and self._via.authorization:
            flow.request.headers["Proxy-Authorization"] = self._via.authorization

    @_guarded
    def requestheaders(self, flow: HTTPFlow) -> None:
        """The head of a request is here."""
        refusal = None
        if isinstance(flow.client_conn.proxy_mode, ReverseMode):
            ours, refusal = True, self._pointing.to_upstream(flow)
        else:
            ours = self._hosts.has(flow.request.pretty_host, flow.request.port)
        asked = operation(flow.request.method, flow.request.path) if ours else None
        if asked is not None:
            if asked is Operation.CONNECT and "upgrade" in flow.request.headers:
                refusal = refusal or self._no_websocket()
            passage = self.recorder.begin(flow, asked, self._mode(asked).value)
            if refusal is not None:
                passage.outcome, passage.error = Outcome.REFUSED, refusal.message
        if refusal is not None:
            flow.response = answer(refusal.status, refusal.body())
        elif asked is None and self._alone and not flow.request.headers.get("upgrade"):
            flow.request.stream = True

    async def request(self, flow: HTTPFlow) -> None:
        """A request is complete."""
        passage = self.recorder.passage(flow)
        if passage is None:
            return
        try:
            self.recorder.request(flow, passage)
            passage.ours = flow.response is not None
            if not passage.ours:
                await self._send_on(flow, passage)
                passage.ours = flow.response is not None
        except Exception:  # noqa: BLE001 - whatever it is, the proxied session goes on
            self.recorder.failed(passage)

    async def _send_on(self, flow: HTTPFlow, passage: Passage) -> None:
        """What upstream is sent: what a person, then the bridge or a repair, makes of it."""
        after = After.SAME
        if self._holds is not None and self._holds.rules(Point.REQUEST):
            after = await self._held_request(self._holds, flow, passage)
        changes = self._bridge or self._repairs
        if changes and passage.operation is Operation.CREATE and after is not After.OVER:
            await changes.request(flow, passage)
        if after is After.EDITED and Leg.UPSTREAM_REQUEST not in passage.legs and flow.response is None:
            passage.whole(Leg.UPSTREAM_REQUEST, flow.request.headers, flow.request.raw_content)

    async def _held_request(self, holds: Holder, flow: HTTPFlow, passage: Passage) -> After:
        try:
            return await holds.request(flow, passage)
        except Exception:  # noqa: BLE001 - whatever it is, the request goes on
            self.recorder.failed(passage)
            return After.SAME

    @_guarded
    def responseheaders(self, flow: HTTPFlow) -> Awaitable[None] | None:
        """The head of a response is here."""
        passage = self.recorder.passage(flow)
        holds = self._holds
        if holds is not None and passage is not None and not passage.ours:
            if holds.rules(Point.RESPONSE):
                return self._held_head(holds, flow, passage)
            holds.prepare(flow)
        self._head(flow, passage)
        return None

    def _head(self, flow: HTTPFlow, passage: Passage | None) -> None:
        if self._bridge and self._bridge.carries(flow):
            self._bridge.responseheaders(flow)
        elif passage is not None:
            self.recorder.responseheaders(flow, passage)
        elif self._alone and flow.response is not None:
            flow.response.stream = True

    async def _held_head(self, holds: Holder, flow: HTTPFlow, passage: Passage) -> None:
        """The same, where the response may have to wait for a person."""
        assert flow.response is not None
        bridge = self._bridge if self._bridge and self._bridge.carries(flow) else None
        try:
            if bridge is not None:
                bridge.responseheaders(flow)
                if (stream := bridge.stream(flow)) is None:
                    return  # it is collected first: see `response`
                await holds.response(flow, passage, stream)
                passage.head(Leg.RESPONSE, flow.response.headers, flow.response.status_code)
                return
            in_hand = await holds.response(flow, passage, None)
            holds.prepare(flow)
        except Exception:  # noqa: BLE001 - whatever it is, the response goes on
            self.recorder.failed(passage)
            in_hand = None
        if bridge is not None or passage.dropped:
            return
        if in_hand is not None and in_hand.replaced is not None:
            passage.head(Leg.RESPONSE, flow.response.headers, flow.response.status_code)
        else:
            self.recorder.responseheaders(flow, passage, None if in_hand is None else in_hand.also)

    @_guarded
    def response(self, flow: HTTPFlow) -> Awaitable[None] | None:
        """A response is complete."""
        passage = self.recorder.passage(flow)
        collected = False
        if self._bridge and self._bridge.carries(flow):
            collected = self._bridge.stream(flow) is None
            self._bridge.response(flow)
        if passage is None:
            return None
        if flow.websocket is not None:
            self._sockets.opened(flow, passage)
            return None  # it is over when the socket is closed
        if collected and self._holds is not None and self._holds.rules(Point.RESPONSE):
            return self._held_response(self._holds, flow, passage)
        self._over(flow, passage)
        return None

    async def _held_response(self, holds: Holder, flow: HTTPFlow, passage: Passage) -> None:
        try:
            await holds.whole_response(flow, passage)
        except Exception:  # noqa: BLE001 - whatever it is, the response goes on
            self.recorder.failed(passage)
        self._over(flow, passage)

    def _over(self, flow: HTTPFlow, passage: Passage) -> None:
        if self._holds is not None and (in_hand := self._holds.over(flow)):
            in_hand.end()
        self.recorder.response(flow, passage)

    @_guarded
    def websocket_message(self, flow: HTTPFlow) -> None:
        """A message of a WebSocket passes."""
        self._sockets.message(flow)

    @_guarded
    def websocket_end(self, flow: HTTPFlow) -> None:
        """A WebSocket is closed."""
        if (ended := self._sockets.ended(flow)) is not None:
            self.recorder.socket_ended(flow, *ended)

    @_guarded
    def error(self, flow: HTTPFlow) -> None:
        """An exchange broke off."""
        if self._holds is not None:
            self._holds.over(flow)
        if self._bridge:
            self._bridge.error(flow)
        self._sockets.broke_off(flow, *ending_of(flow))
        self.recorder.error(flow)

    def done(self) -> None:
        """mitmproxy ends."""
        if self._holds is not None:
            self._holds.stop()
        self._sockets.stop(STOPPED)
        self.recorder.stop()
        self.recorder.writer.close()

    def _no_websocket(self) -> Refusal | None:
        """Why a request for a WebSocket is answered 426, after which Codex posts, for good."""
        changes = self._bridge or self._repairs
        if changes:
            return changes.no_websocket
        holds = self._holds
        return NOT_HELD if holds is not None and any(map(holds.rules, Point)) else None

    def _mode(self, asked: Operation) -> Mode:
        """In which one an exchange passes: only requests for a response are ever changed."""
        if asked is not Operation.CREATE:
            return Mode.OBSERVE
        return Mode.BRIDGE if self._bridge else Mode.REPAIR if self._repairs else Mode.OBSERVE
