"""The exchanges of one session in the order in which they started, and the gaps between them.

A gap is time in which nothing of the session ran: from the latest end so far to the next start. Exchanges may
overlap (a sub-agent, a title being made): then there is no gap. What changes is almost always the newest
exchange, so `take` looks again only from the earliest change on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.timeline.parts import Part, Stretch, end_of, parts_of
from inspector.ui.view.timing import has_ends
from inspector.ui.view.words import is_bad

FURTHEST_RETRY = 16  # exchanges back: others may have begun between an attempt and its repetition
FOREVER = float("inf")


def same_session(exchange: Exchange) -> Callable[[Exchange], bool]:
    """Whether another belongs to the session of this one; where none is known, its connection stands for
    it. Replays are none of it: they came at another time."""

    def belongs(other: Exchange) -> bool:
        if other.parent is not None:
            return False
        if exchange.session is not None or other.session is not None:
            return other.session == exchange.session
        return other.connection == exchange.connection

    return belongs


class SessionTimes:
    """The session as it is known now."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.gaps: list[Stretch | None] = []  # before each exchange
        self._order: list[tuple[float, int]] = []
        self._starts: dict[int, float] = {}
        self._ends: list[float] = []  # the latest end of all up to each exchange; FOREVER while one runs
        self._index: dict[int, int] | None = None

    def __len__(self) -> int:
        return len(self.exchanges)

    def __contains__(self, exchange_id: object) -> bool:
        return exchange_id in self._starts

    def take(self, changed: Iterable[Exchange], belongs: Callable[[Exchange], bool] | None = None) -> bool:
        """Take in new and changed exchanges; True when other exchanges are in it now, or in another order.

        One that does not belong (any more) is left out.
        """
        first = len(self.exchanges)
        moved = False
        for exchange in changed:
            place = self._place(exchange.id)
            stays = belongs is None or belongs(exchange)
            if place is not None and stays and self.exchanges[place].started == exchange.started:
                moved = moved or self.exchanges[place].turn != exchange.turn
                self.exchanges[place] = exchange
                first = min(first, place)
                continue
            if place is not None:
                self._remove(place)
                first, moved = min(first, place), True
            if stays:
                first, moved = min(first, self._insert(exchange)), True
        if moved:
            self._index = None
        self._measure(first)
        return moved

    def index(self, exchange_id: int) -> int:
        """The place of an exchange; KeyError when it is not in the session."""
        if self._index is None:
            self._index = {exchange.id: index for index, exchange in enumerate(self.exchanges)}
        return self._index[exchange_id]

    def get(self, exchange_id: int) -> Exchange:
        """An exchange by its number; KeyError when it is not in the session."""
        return self.exchanges[self.index(exchange_id)]

    def turns(self) -> dict[int | None, list[Exchange]]:
        """The exchanges by turn, turns in order of their first exchange; None: of no turn."""
        found: dict[int | None, list[Exchange]] = {}
        for exchange in self.exchanges:
            found.setdefault(exchange.turn, []).append(exchange)
        return found

    def is_retry(self, index: int) -> bool:
        """Whether an exchange repeats the body of one that went wrong before."""
        digest = self.exchanges[index].request_digest
        before = self.exchanges[max(0, index - FURTHEST_RETRY) : index]
        return bool(digest) and any(other.request_digest == digest and is_bad(other) for other in before)

    def end(self, now: float) -> float:
        """When the last of all ended; `now` while one runs."""
        if not self._ends:
            return now
        last = self._ends[-1]
        return max(now, self.exchanges[-1].started) if last == FOREVER else last

    @property
    def is_open(self) -> bool:
        """Whether one runs."""
        return bool(self._ends) and self._ends[-1] == FOREVER

    def stretches(self, exchange_id: int, now: float) -> tuple[Stretch, ...]:
        """The gap before an exchange, if there is one, and the exchange's own parts."""
        index = self.index(exchange_id)
        gap = self.gaps[index]
        own = parts_of(self.exchanges[index], now)
        return own if gap is None else (gap, *own)

    def _place(self, exchange_id: int) -> int | None:
        started = self._starts.get(exchange_id)
        return None if started is None else bisect_left(self._order, (started, exchange_id))

    def _insert(self, exchange: Exchange) -> int:
        key = (exchange.started, exchange.id)
        place = bisect_left(self._order, key)
        self._order.insert(place, key)
        self.exchanges.insert(place, exchange)
        self._starts[exchange.id] = exchange.started
        return place

    def _remove(self, place: int) -> None:
        _, exchange_id = self._order.pop(place)
        self.exchanges.pop(place)
        del self._starts[exchange_id]

    def _measure(self, first: int) -> None:
        """Gaps and ends from an index on."""
        del self.gaps[first:], self._ends[first:]
        for index in range(first, len(self.exchanges)):
            exchange = self.exchanges[index]
            latest = self._ends[index - 1] if index else FOREVER
            gap = None
            known = index and has_ends(exchange) and has_ends(self.exchanges[index - 1])
            if known and latest < exchange.started:
                gap = Stretch(self._use(index), latest, exchange.started)
            self.gaps.append(gap)
            ended = FOREVER if exchange.outcome is Outcome.OPEN else end_of(exchange, 0.0)
            self._ends.append(max(latest, ended) if index else ended)

    def _use(self, index: int) -> Part:
        """What the time before an exchange was for."""
        if self.is_retry(index):
            return Part.BACKOFF
        turn = self.exchanges[index].turn
        return Part.TOOLS if turn is not None and self.exchanges[index - 1].turn == turn else Part.IDLE
