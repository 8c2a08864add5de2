"""The hooks at which traffic may wait: before a request leaves, before a response begins, before an event.

| mode | a request is held | a response is held | an event is held |
|---|---|---|---|
| observe | as it came | before its head goes on | as it came |
| repair | before it is repaired | the same | the same |
| bridge | before it is translated | as the client would get it | as the client would get it |

Each flow waits for itself. What is changed goes on record: the client's legs are as the client had them, the
upstream legs as upstream had them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path

from mitmproxy.http import HTTPFlow, Response

from inspector.capture.filter.language import parse
from inspector.capture.held.desk import Desk
from inspector.capture.held.values import Act, Point, State, has_body
from inspector.capture.model import Message
from inspector.capture.writer import Writer
from inspector.proxy.answers import fields, unframe
from inspector.proxy.holds.answering import answer_of
from inspector.proxy.holds.event_gate import EventGate
from inspector.proxy.holds.held_response import edit_head, replace_body, replace_whole
from inspector.proxy.holds.in_hand import InHand, is_event_stream
from inspector.proxy.holds.matching import Compiled, Known, first_fitting, look_up
from inspector.proxy.holds.patience import patience
from inspector.proxy.holds.waiting import Ended, Waiting
from inspector.proxy.holds.watcher import Rules, Watcher
from inspector.proxy.passage import Passage, plain
from inspector.proxy.stream_owner import OwnedResponse

MOST = 200
"""Things that are held at once; what comes beyond them passes."""

_MARGIN = 5.0  # seconds after which nobody waits for a watcher that does not answer


class After(Enum):
    """What has become of a request that could have been held."""

    SAME = auto()
    EDITED = auto()
    OVER = auto()  # answered, dropped, or its client has left: it goes nowhere


class Holder:
    """Begins with `start`. `failed` is told while an exception of ours is handled.

    `idle_timeout`: seconds of silence that the client bears, if it is known.
    """

    def __init__(
        self,
        writer: Writer,
        capture: Path,
        failed: Callable[[Passage | None], None],
        *,
        keep_secrets: bool = False,
        idle_timeout: float | None = None,
    ) -> None:
        self._failed = failed
        self._idle_timeout = idle_timeout
        self._writer = writer
        self._capture = capture
        self._rules: dict[Point, tuple[Compiled, ...]] = {}
        self._flows: dict[str, InHand] = {}
        self._count = 0  # of what is held
        self._watcher = Watcher(
            partial(Desk, capture, keep_secrets=keep_secrets), writer, self._set_rules, lambda: failed(None)
        )

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begins to look for rules; `loop` is where the hooks run."""
        self._watcher.start(loop)

    def stop(self) -> None:
        """The proxy ends, and every hold with it."""
        self._watcher.stop()

    def rules(self, point: Point) -> tuple[Compiled, ...]:
        """Those that there are, in order."""
        return self._rules.get(point, ())

    def over(self, flow: HTTPFlow) -> InHand | None:
        """The flow has ended, or is about to; what was in our hands of it."""
        return self._flows.pop(flow.id, None)

    async def request(self, flow: HTTPFlow, passage: Passage) -> After:
        """A request is complete and recorded."""
        found = await self._chosen(Point.REQUEST, passage, None)
        if found is None:
            return After.SAME
        chosen, known = found
        in_hand = self._in_hand(flow, passage)
        ended = await self.hold(in_hand, chosen, headers=plain(flow.request.headers))
        request, decision = flow.request, ended.decision
        if ended.state is State.CLIENT_GONE:
            return After.OVER
        if ended.act is Act.EDIT:
            unframe(request.headers)
            request.trailers = None
            request.content = decision.body
            return After.EDITED
        if ended.act is Act.ANSWER:
            status, headers, body = answer_of(decision, known.asked)
            own = fields(headers)
            unframe(own)  # it is another body's, or a person's mistake
            flow.response = Response.make(status, body if has_body(status) else b"", own)
            return After.OVER
        if ended.act is Act.DROP:
            self.drop(in_hand, ended)
            return After.OVER
        return After.SAME

    async def response(self, flow: HTTPFlow, passage: Passage, source: OwnedResponse | None) -> InHand | None:
        """The head of a response is here; `source` is who makes its stream, None for upstream's own.

        Gives what came of it, None where nothing was held.
        """
        response = flow.response
        assert response is not None
        message = Message(plain(response.headers), b"", response.status_code)
        found = await self._chosen(Point.RESPONSE, passage, message)
        if found is None:
            return None
        chosen, known = found
        in_hand = self._in_hand(flow, passage)
        in_hand.source = source
        ended = await self.hold(in_hand, chosen, status=message.status, headers=message.headers)
        if ended.act is Act.DROP:
            self.drop(in_hand, ended)
        elif ended.act is Act.ANSWER or ended.decision.body is not None or _ends_with_head(ended):
            replace_body(in_hand, ended.decision, known.asked)
        elif ended.act is Act.EDIT:
            edit_head(in_hand, ended.decision)
        return in_hand

    async def whole_response(self, flow: HTTPFlow, passage: Passage) -> None:
        """A response has been collected, and nothing of it sent."""
        response = flow.response
        assert response is not None
        message = Message(plain(response.headers), response.raw_content or b"", response.status_code)
        found = await self._chosen(Point.RESPONSE, passage, message)
        if found is None:
            return
        chosen, known = found
        in_hand = self._in_hand(flow, passage)
        ended = await self.hold(
            in_hand,
            chosen,
            status=message.status,
            headers=message.headers,
            body=message.body,
        )
        if ended.act is Act.DROP:
            self.drop(in_hand, ended)
        elif ended.act is not Act.RELEASE:
            replace_whole(response, passage, ended.decision, known.asked)

    def stream(
        self,
        flow: HTTPFlow,
        passage: Passage,
        own: Callable[[OwnedResponse], bool],
        source: OwnedResponse | None,
    ) -> OwnedResponse | None:
        """A response begins to stream: who has it from now on, None for nobody."""
        in_hand = self._in_hand(flow, passage)
        if in_hand.replaced is not None:
            return in_hand.replaced
        in_hand.source, in_hand.own = source, own
        return (self._take(in_hand) if self.rules(Point.EVENT) else None) or source

    def prepare(self, flow: HTTPFlow) -> None:
        """The head of a response is about to go on: with event rules, its length may come out otherwise."""
        response = flow.response
        if response is None or not self.rules(Point.EVENT) or not is_event_stream(response):
            return
        if not has_body(response.status_code):
            return
        if response.headers.pop("content-length", None) and flow.request.http_version == "HTTP/1.1":
            response.headers["transfer-encoding"] = "chunked"

    def client_left(self, flow: HTTPFlow) -> None:
        """Nobody is there any more for whom something waits."""
        self._let_go(flow, State.CLIENT_GONE)

    def too_much(self, flow: HTTPFlow) -> None:
        """More has come behind what waits than is to be kept."""
        self._let_go(flow, State.OVERFLOW)

    async def hold(self, in_hand: InHand, chosen: Compiled, **told: object) -> Ended:
        """Waits until it is decided, or over for another reason. CancelledError when the client leaves."""
        if self._count >= MOST:
            return Ended(State.OVERFLOW)
        loop = asyncio.get_running_loop()
        waiting = Waiting(
            in_hand.passage.handle,
            chosen.rule,
            chosen.app,
            loop,
            loop.create_future(),
            patience=patience(in_hand.flow, self._idle_timeout),
            **told,  # type: ignore[arg-type]  # a caller's keywords
        )
        in_hand.waiting = waiting
        self._count += 1
        self._watcher.hold(waiting)
        try:
            async with asyncio.timeout(chosen.rule.seconds + _MARGIN):
                ended = await waiting.future
        except TimeoutError:
            self._watcher.let_go(waiting, State.TIME_UP)
            return Ended(State.TIME_UP)
        except asyncio.CancelledError:
            self._watcher.let_go(waiting, State.CLIENT_GONE)
            raise
        finally:
            self._count -= 1
            in_hand.waiting = None
        if ended.state is State.DECIDED:
            self._watcher.carried_out(waiting)
        return ended

    async def tell_upstream(self, in_hand: InHand) -> None:
        """The client gets something else than what upstream sends."""
        if in_hand.upstream is not None:
            await in_hand.upstream.tell_all(self._writer, self._capture)

    async def look_up(self, in_hand: InHand) -> Known | None:
        """What is known of a flow."""
        return await asyncio.to_thread(look_up, self._writer, self._capture, in_hand.passage.handle)

    def drop(self, in_hand: InHand, ended: Ended) -> None:
        """The client's connection is closed (of HTTP/2, the stream)."""
        in_hand.passage.drop(f"Dropped by {ended.by or 'the end of the proxy'} while it was held.")
        if in_hand.flow.killable:
            in_hand.flow.kill()  # type: ignore[no-untyped-call]  # mitmproxy's

    def failed(self, in_hand: InHand) -> None:
        """An exception of ours is handled."""
        self._failed(in_hand.passage)

    async def _chosen(
        self, point: Point, passage: Passage, response: Message | None
    ) -> tuple[Compiled, Known] | None:
        """The rule that holds it there, and what is known of it."""
        rules = self.rules(point)
        if not rules:
            return None
        known = await asyncio.to_thread(look_up, self._writer, self._capture, passage.handle)
        if known is None:
            return None
        chosen = await asyncio.to_thread(first_fitting, rules, known, response)
        return None if chosen is None else (chosen, known)

    def _in_hand(self, flow: HTTPFlow, passage: Passage) -> InHand:
        return self._flows.setdefault(flow.id, InHand(flow, passage))

    def _take(self, in_hand: InHand) -> OwnedResponse | None:
        return in_hand.take(EventGate(self, in_hand))

    def _let_go(self, flow: HTTPFlow, state: State) -> None:
        in_hand = self._flows.get(flow.id)
        if in_hand is not None and in_hand.waiting is not None:
            self._watcher.let_go(in_hand.waiting, state)

    def _set_rules(self, rules: Rules) -> None:
        compiled = [Compiled(rule, app, parse(rule.filter)) for rule, app in rules]
        self._rules = {point: tuple(one for one in compiled if one.rule.point is point) for point in Point}
        if not self.rules(Point.EVENT):
            return
        for in_hand in self._flows.values():  # streams that run already
            if in_hand.own is not None and in_hand.stream is None:
                stream = self._take(in_hand)
                if stream is not None:
                    in_hand.own(stream)


def _ends_with_head(ended: Ended) -> bool:
    """Whether the response is given a status that no body goes with."""
    return ended.decision.status is not None and not has_body(ended.decision.status)
