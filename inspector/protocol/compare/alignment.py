"""Which elements of two lists belong together: what was kept, changed, moved, added, and what vanished.

The work is linear for histories that only grow, and never more than n log n for any others:

1. Equal beginnings and equal ends are taken off.
2. What is left is paired by what is unique on both sides: first the whole value, then the names that an
   element goes by, the strongest first.
3. The longest run of pairs that is in order on both sides is the backbone; pairs beside it have moved.
4. Between two neighbours of the backbone, equal elements that were not unique are paired in order.
5. Equal elements that are still alone are paired wherever they are: moved.
6. Between two neighbours, elements of one kind are paired in order if they resemble each other, or if there
   is only one of the kind on either side: changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

_SEVERAL = -1  # in place of an index: more than one
_LOOK_AHEAD = 8  # how many elements are asked for a resemblance: what bounds the work of the last step


class Element(Protocol):
    """An element of a list, as far as it takes to find its counterpart."""

    @property
    def text(self) -> Hashable:
        """Equal for equal elements."""

    @property
    def kind(self) -> Hashable | None:
        """Only elements of one kind can be a changed form of each other; None: never."""

    @property
    def levels(self) -> int:
        """How many names there are to ask for, the same for all elements."""

    def name(self, level: int) -> Hashable | None:
        """What it goes by, the strongest at 0; None where it has no such name."""


class Pair(NamedTuple):
    """Indexes of one element on the two sides; None where it is not."""

    old: int | None
    new: int | None
    moved: bool = False


def align(
    old: Sequence[Element], new: Sequence[Element], resemble: Callable[[Element, Element], bool]
) -> list[Pair]:
    """Every element once, in the order of the new list, what vanished where it was."""
    start, shortest = 0, min(len(old), len(new))
    while start < shortest and old[start].text == new[start].text:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end].text == new[-1 - end].text:
        end += 1
    middle = _Middle(old, new, range(start, len(old) - end), range(start, len(new) - end))
    return [
        *(Pair(n, n) for n in range(start)),
        *middle.pairs(resemble),
        *(Pair(len(old) - n, len(new) - n) for n in range(end, 0, -1)),
    ]


def common_start(old: Sequence[Any], new: Sequence[Any]) -> int:
    """How many elements two sequences of one type begin with in common; comparing slices is fast."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


class _Middle:
    """The stretches of the two lists between equal beginnings and equal ends."""

    def __init__(self, old: Sequence[Element], new: Sequence[Element], olds: range, news: range) -> None:
        self._old, self._new = old, new
        self._olds, self._news = olds, news
        self._new_of: dict[int, int] = {}
        self._taken: set[int] = set()
        self._backbone: list[tuple[int, int]] = []

    def pairs(self, resemble: Callable[[Element, Element], bool]) -> list[Pair]:
        if self._olds and self._news:
            self._pair_unique()
            self._backbone = in_order(sorted(self._new_of.items()))
            self._fill(self._equal)
            self._pair_equal_anywhere()
            self._fill(lambda olds, news: self._alike(olds, news, resemble))
        return list(self._told())

    def _take(self, old: int, new: int) -> None:
        self._new_of[old] = new
        self._taken.add(new)

    def _pair_unique(self) -> None:
        self._pair_by(lambda element: element.text)
        for level in range(self._old[self._olds.start].levels):
            self._pair_by(lambda element, level=level: element.name(level))  # type: ignore[misc]  # mypy knows no default

    def _pair_by(self, key_of: Callable[[Element], Hashable | None]) -> None:
        """Pairs who have a key that nobody else on their side has, among those who are alone."""
        places: list[dict[Hashable, int]] = []
        for elements, indexes, known in (
            (self._old, self._olds, self._new_of),
            (self._new, self._news, self._taken),
        ):
            found: dict[Hashable, int] = {}
            for n in indexes:
                if n not in known and (key := key_of(elements[n])) is not None:
                    found[key] = _SEVERAL if key in found else n
            places.append(found)
        olds, news = places
        for key, old in olds.items():
            new = news.get(key, _SEVERAL)
            if old != _SEVERAL != new:
                self._take(old, new)

    def _gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """Between neighbours of the backbone: who is still alone on the two sides."""
        before = (self._olds.start - 1, self._news.start - 1)
        after = (self._olds.stop, self._news.stop)
        for (old, new), (next_old, next_new) in pairwise([before, *self._backbone, after]):
            yield (
                [n for n in range(old + 1, next_old) if n not in self._new_of],
                [n for n in range(new + 1, next_new) if n not in self._taken],
            )

    def _fill(self, match: Callable[[list[int], list[int]], Iterator[tuple[int, int]]]) -> None:
        found = [pair for olds, news in self._gaps() if olds and news for pair in match(olds, news)]
        for old, new in found:
            self._take(old, new)
        self._backbone = sorted([*self._backbone, *found])

    def _equal(self, olds: list[int], news: list[int]) -> Iterator[tuple[int, int]]:
        places: dict[Hashable, deque[int]] = defaultdict(deque)
        for new in news:
            places[self._new[new].text].append(new)
        last = -1
        for old in olds:
            waiting = places.get(self._old[old].text)
            while waiting and waiting[0] <= last:
                waiting.popleft()
            if waiting:
                last = waiting.popleft()
                yield old, last

    def _pair_equal_anywhere(self) -> None:
        places: dict[Hashable, deque[int]] = defaultdict(deque)
        for new in self._news:
            if new not in self._taken:
                places[self._new[new].text].append(new)
        for old in self._olds:
            if old not in self._new_of and (waiting := places.get(self._old[old].text)):
                self._take(old, waiting.popleft())

    def _alike(
        self, olds: list[int], news: list[int], resemble: Callable[[Element, Element], bool]
    ) -> Iterator[tuple[int, int]]:
        old_kinds = Counter(self._old[n].kind for n in olds)
        new_kinds = Counter(self._new[n].kind for n in news)
        following = 0
        for old in olds:
            one = self._old[old]
            if one.kind is None or not new_kinds[one.kind]:
                continue
            only = old_kinds[one.kind] == 1 == new_kinds[one.kind]
            ahead = news[following:] if only else news[following : following + _LOOK_AHEAD]
            for n, new in enumerate(ahead, following):
                other = self._new[new]
                if other.kind == one.kind and (only or resemble(one, other)):
                    following = n + 1
                    yield old, new
                    break

    def _told(self) -> Iterator[Pair]:
        came_from = {new: old for old, new in self._new_of.items()}
        in_place = {old for old, _ in self._backbone}
        before = (self._olds.start - 1, self._news.start - 1)
        after = (self._olds.stop, self._news.stop)
        for (old, new), (next_old, next_new) in pairwise([before, *self._backbone, after]):
            yield from (Pair(n, None) for n in range(old + 1, next_old) if n not in self._new_of)
            for n in range(new + 1, next_new):
                yield Pair(came_from.get(n), n, moved=n in came_from)
            if next_old in in_place:
                yield Pair(next_old, next_new)


def in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs, sorted by the first number, in which the second number grows as well."""
    tops: list[int] = []  # the smallest last number of a run of each length
    places: list[int] = []  # which pair that is
    before: list[int] = []
    for n, (_, new) in enumerate(pairs):
        length = bisect_left(tops, new)
        before.append(places[length - 1] if length else -1)
        tops[length : length + 1] = [new]
        places[length : length + 1] = [n]
    run: list[tuple[int, int]] = []
    at = places[-1] if places else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]
