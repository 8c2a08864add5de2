"""Runs of equal elements in two sequences (lines, words), in bounded time.

Python's difflib finds the runs that people find, in time that grows with the cube where elements repeat. So
it is asked only as long as that is cheap, counted in pairs of equal elements. Larger stretches are first cut
at what both sides have just once (what is called a patience diff); where that leaves too much, equal elements
are taken in order as they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from inspector.protocol.compare.alignment import align, in_order

_AT_ONCE = 20_000  # pairs that difflib may be given in one go
_LENGTHS = 250_000  # product of the lengths that it may be given


class Run(NamedTuple):
    """Equal elements: where they start on the two sides, and how many."""

    old: int
    new: int
    length: int


class Matcher:
    """Asked for one or several pairs of sequences; `pairs` is what difflib may look at in all of them."""

    def __init__(self, pairs: int) -> None:
        self._left = pairs

    def runs(self, old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Run]:
        """Equal runs in order; neighbours may touch."""
        if not self._is_cheap(old, new):
            old_at = new_at = 0
            for anchor in [*_anchors(old, new), Run(len(old), len(new), 0)]:
                stretch = old[old_at : anchor.old], new[new_at : anchor.new]
                for run in self._asked(*stretch) if self._is_cheap(*stretch) else _as_they_come(*stretch):
                    yield Run(run.old + old_at, run.new + new_at, run.length)
                if anchor.length:
                    yield anchor
                old_at, new_at = anchor.old + 1, anchor.new + 1
        else:
            yield from self._asked(old, new)

    def _is_cheap(self, old: Sequence[Hashable], new: Sequence[Hashable]) -> bool:
        return len(old) * len(new) <= _LENGTHS and _pairs(old, new) <= min(_AT_ONCE, self._left)

    def _asked(self, old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Run]:
        self._left -= _pairs(old, new)
        for run in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            if run.size:
                yield Run(run.a, run.b, run.size)


def _pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    if not old or not new:
        return 0
    counts = Counter(new)
    return sum(counts[one] for one in old)


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Run]:
    olds, news = Counter(old), Counter(new)
    places = {one: n for n, one in enumerate(new) if news[one] == 1}
    unique = [(n, places[one]) for n, one in enumerate(old) if olds[one] == 1 and one in places]
    return [Run(one, other, 1) for one, other in in_order(unique)]


def _as_they_come(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Run]:
    for pair in align([_Nameless(one) for one in old], [_Nameless(one) for one in new], _never):
        if pair.old is not None and pair.new is not None and not pair.moved:
            yield Run(pair.old, pair.new, 1)


class _Nameless:
    """An element as the alignment sees it."""

    __slots__ = ("text",)
    kind = None
    levels = 0

    def __init__(self, text: Hashable) -> None:
        self.text = text

    def name(self, level: int) -> None:
        """None has any."""


def _never(*_: object) -> bool:
    return False
