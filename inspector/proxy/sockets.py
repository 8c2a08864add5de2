"""Recording WebSockets: each `response.create` becomes an exchange, as if it had been posted.

The handshake is an exchange that ends when the socket does; what belongs to no answer is on record there.
mitmproxy takes the messages apart and sends them on before and after we are told: nothing here changes one,
and none waits. Where permessage-deflate was agreed on, it is the plain text that is recorded, not the frames.
"""

from __future__ import annotations

from time import monotonic

from mitmproxy.http import HTTPFlow

from inspector.capture.model import Headers, Leg, Outcome
from inspector.capture.sockets import METHOD, Place, SocketEnd, Splitter, socket_url
from inspector.capture.writer import Handle, Writer
from inspector.protocol.azure import Operation
from inspector.proxy.passage import Passage, plain


class Sockets:
    """Hooks for flows whose handshake was recorded.

    `keeps`: somebody else looks at mitmproxy's flows; else it need not remember the messages of a socket
    that may stay open for a day.
    """

    def __init__(self, writer: Writer, *, keeps: bool) -> None:
        self._writer = writer
        self._keeps = keeps
        self._open: dict[str, _Socket] = {}

    def opened(self, flow: HTTPFlow, passage: Passage) -> None:
        """Upstream has agreed to a WebSocket."""
        self._open[flow.id] = _Socket(self._writer, flow, passage)

    def message(self, flow: HTTPFlow) -> None:
        """A message passes: the last one of its flow."""
        socket = self._open.get(flow.id)
        if socket is None or flow.websocket is None:
            return
        last = flow.websocket.messages[-1]
        if not self._keeps:
            # mitmproxy has it in hand, and never asks for one that has passed.
            del flow.websocket.messages[:-1]
        socket.take(last.from_client, last.content, binary=not last.is_text)

    def ended(self, flow: HTTPFlow) -> tuple[Outcome, str | None] | None:
        """The socket is closed: how that ended the handshake's exchange; None where it is none of ours."""
        socket = self._open.pop(flow.id, None)
        closed = flow.websocket
        if socket is None or closed is None:
            return None
        end = SocketEnd(closed.closed_by_client, closed.close_code, closed.close_reason or "")
        socket.end(*end.of_unanswered())
        return end.of_handshake()

    def broke_off(self, flow: HTTPFlow, outcome: Outcome, error: str | None) -> None:
        """A flow is over in another way."""
        if socket := self._open.pop(flow.id, None):
            socket.end(outcome, error)

    def stop(self, error: str) -> None:
        """The proxy ends."""
        for flow_id in list(self._open):
            self._open.pop(flow_id).end(Outcome.INTERRUPTED, error)


class _Socket:
    """One that is open."""

    def __init__(self, writer: Writer, flow: HTTPFlow, passage: Passage) -> None:
        assert flow.response is not None
        self._writer = writer
        self._handshake = passage.handle
        self._splitter = Splitter()
        self._unanswered: dict[int, Handle] = {}
        self._url = socket_url(flow.request.url)
        self._http_version = flow.request.http_version
        self._connection = flow.client_conn.id
        self._mode = passage.mode
        self._heads: dict[Leg, Headers] = {
            Leg.REQUEST: plain(flow.request.headers),
            Leg.RESPONSE: plain(flow.response.headers),
        }

    def take(self, from_client: bool, data: bytes, *, binary: bool) -> None:
        at = monotonic()
        place = self._splitter.place(from_client, data, binary=binary)
        handle = self._handle(place, at)
        self._writer.message(handle, place.leg, data, at, binary=binary)
        if place.begins and place.leg is Leg.REQUEST:
            self._writer.end_leg(handle, Leg.REQUEST, at)
        if place.ends:
            del self._unanswered[place.number]
            self._writer.end_leg(handle, Leg.RESPONSE, at)
            self._writer.finish(handle, Outcome.COMPLETE, at=at)

    def _handle(self, place: Place, at: float) -> Handle:
        if not place.number:
            return self._handshake
        if place.begins and place.leg is Leg.REQUEST:
            self._unanswered[place.number] = self._writer.begin(
                method=METHOD,
                url=self._url,
                http_version=self._http_version,
                headers=self._heads[Leg.REQUEST],
                operation=Operation.CREATE,
                mode=self._mode,
                connection=self._connection,
                at=at,
                socket=self._handshake,
            )
        handle = self._unanswered[place.number]
        if place.begins and place.leg is Leg.RESPONSE:
            self._writer.head(handle, Leg.RESPONSE, self._heads[Leg.RESPONSE], status=place.status, at=at)
        return handle

    def end(self, outcome: Outcome, error: str | None) -> None:
        now = monotonic()
        for handle in self._unanswered.values():
            self._writer.finish(handle, outcome, error=error, at=now)
        self._unanswered.clear()
