"""The Response as it was at any event of a stream: what had come together by then.

Feeding a hundred thousand events again for each step back would take a tenth of a second, so some states are
kept on the way. There are at most MOST: when there would be more, every second is given up and the next ones
are kept at twice the distance. A step on from the moment asked for last starts there.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from inspector.protocol.accumulate import Accumulator

DISTANCE = 1_000  # events between two states that are kept, at first
MOST = 16


class Moments:
    """Feed events in order; `now` has them all, `at` those up to a number."""

    def __init__(self) -> None:
        self.now = Accumulator()
        self._numbers: list[int] = []
        self._events: list[Mapping[str, Any]] = []
        self._distance = DISTANCE
        self._kept = [(0, Accumulator())]  # how many events each has taken in; never fed again
        self._last = (0, Accumulator())  # the moment asked for last

    def feed(self, number: int, event: Mapping[str, Any]) -> None:
        """Take in the stream's event of that number."""
        self.now.feed(event)
        self._numbers.append(number)
        self._events.append(event)
        if len(self._events) - self._kept[-1][0] >= self._distance:
            self._keep()

    def at(self, number: int) -> dict[str, Any]:
        """The Response after the event of that number; a copy."""
        wanted = bisect_right(self._numbers, number)
        kept = self._kept[bisect_right(self._kept, wanted, key=lambda state: state[0]) - 1]
        if not kept[0] <= self._last[0] <= wanted:
            self._last = (kept[0], copy.deepcopy(kept[1]))
        taken, answer = self._last
        for event in self._events[taken:wanted]:
            answer.feed(event)
        self._last = (wanted, answer)
        return copy.deepcopy(answer.response)

    def _keep(self) -> None:
        _ = self.now.response  # texts in pieces become texts, which copies share
        self._kept.append((len(self._events), copy.deepcopy(self.now)))
        if len(self._kept) > MOST:
            self._kept = self._kept[::2]
            self._distance *= 2
