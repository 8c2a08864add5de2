"""Which events of a stream wait, and what is sent in their places."""

from __future__ import annotations

import asyncio
from typing import Protocol

from inspector.capture.held.values import Act, Point
from inspector.capture.model import Exchange
from inspector.protocol.azure import Operation
from inspector.proxy.holds.answering import edited_event, ending_of
from inspector.proxy.holds.held_stream import EventBytes, HeldStream
from inspector.proxy.holds.in_hand import InHand
from inspector.proxy.holds.matching import Compiled, Known, at_event, first_of
from inspector.proxy.holds.waiting import Ended

_RESPONSES = (Operation.CREATE, Operation.GET)


class Keeper(Protocol):
    """Who has the rules, and holds."""

    def rules(self, point: Point) -> tuple[Compiled, ...]:
        """Those that there are, in order."""

    async def look_up(self, in_hand: InHand) -> Known | None:
        """What is known of a flow."""

    async def hold(self, in_hand: InHand, chosen: Compiled, **told: object) -> Ended:
        """Waits until it is decided."""

    async def tell_upstream(self, in_hand: InHand) -> None:
        """The client gets something else than what upstream sends."""

    def drop(self, in_hand: InHand, ended: Ended) -> None:
        """The client's connection is closed."""

    def failed(self, in_hand: InHand) -> None:
        """An exception of ours is handled."""


class EventGate:
    """Of one stream. What the capture knows of it is read once, filters are asked at every event."""

    def __init__(self, keeper: Keeper, in_hand: InHand) -> None:
        self._keeper = keeper
        self._in_hand = in_hand
        self._known: asyncio.Task[Known | None] | None = None

    def may_hold(self, stream: HeldStream, piece: EventBytes) -> bool:
        """Whether some rule could mean it."""
        candidates = self._candidates(piece)
        if not candidates or self._known is None or not self._known.done():
            return bool(candidates)
        if self._known.cancelled() or self._known.exception() is not None:
            return False  # it was told, and would be no other now
        known = self._known.result()
        return known is not None and bool(_possible(candidates, self._here(stream, piece, known), known))

    async def passed(self, stream: HeldStream, piece: EventBytes) -> bytes:
        """What is sent in its place, when all is decided."""
        try:
            known = await self._look_up()
            chosen = await self._chosen(stream, piece, known)
            if chosen is None:
                return stream.sent(piece)
            ended = await self._keeper.hold(
                self._in_hand,
                chosen,
                status=stream.message(b"").status,
                body=piece.event.data.encode("utf-8", "replace"),
                event_type=piece.kind,
                silent_since=stream.last_sent,
            )
            return await self._carried_out(stream, piece, ended, known)
        except Exception:  # noqa: BLE001 - whatever it is, the event passes as it came
            self._keeper.failed(self._in_hand)
            return stream.sent(piece)

    def _candidates(self, piece: EventBytes) -> list[Compiled]:
        rules = self._keeper.rules(Point.EVENT)
        if not rules or not piece.event.has_data:
            return []
        kind = piece.kind
        return [one for one in rules if one.rule.takes(kind)]

    @staticmethod
    def _here(stream: HeldStream, piece: EventBytes, known: Known) -> Exchange:
        size = stream.passed + len(piece)
        return at_event(known, stream.message(b"").status, piece.event.data, piece.number, size)

    async def _look_up(self) -> Known | None:
        if self._known is None:
            self._known = asyncio.ensure_future(self._keeper.look_up(self._in_hand))
        return await self._known

    async def _chosen(self, stream: HeldStream, piece: EventBytes, known: Known | None) -> Compiled | None:
        if known is None:
            return None
        here = self._here(stream, piece, known)
        candidates = _possible(self._candidates(piece), here, known)
        if not candidates or candidates[0].filter.matches(here, known.around):
            return candidates[0] if candidates else None
        return await asyncio.to_thread(first_of, candidates, here, known, stream.message(bytes(piece)))

    async def _carried_out(
        self, stream: HeldStream, piece: EventBytes, ended: Ended, known: Known | None
    ) -> bytes:
        if ended.act is Act.RELEASE:
            return stream.sent(piece)
        if ended.act is Act.DROP:
            self._keeper.drop(self._in_hand, ended)
            return b""
        await self._keeper.tell_upstream(self._in_hand)
        if ended.act is Act.EDIT:
            data = edited_event(piece.event, ended.decision.body or b"")
            return stream.sent(data) if data else b""
        started = None
        if self._in_hand.passage.operation in _RESPONSES:
            row = known.exchange if known else None
            named = {"id": row.response_id, "model": row.answered or row.model} if row else {}
            started = {**{name: value for name, value in named.items() if value}, **(stream.started or {})}
        return stream.end_with(ending_of(ended.decision, piece.event, started))


def _possible(rules: list[Compiled], here: Exchange, known: Known) -> list[Compiled]:
    """Without those of which the row says already that they do not fit."""
    return [one for one in rules if one.filter.matches(here, known.around) is not False]
