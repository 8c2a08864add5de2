"""Time laid out on a line of cells. A long pause is folded: it takes little room, and is marked.

*Shown seconds* are seconds of the drawing: like real ones, but for the folds. Without folds, an hour at lunch
would leave the work of a session in the first cell and the last.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

PAUSES_SHARE = 0.4  # all pauses together take at most this part of the busy time
FOLD_MARK = "≈"
CLOCK_GRAIN = 1e-6  # seconds; moments of today are multiples of 2.4e-7 as floats


@dataclass(frozen=True, slots=True)
class Fold:
    """A pause and the shown seconds that it takes."""

    begin: float
    end: float
    shown: float


class Axis:
    """From a moment on for so many shown seconds."""

    __slots__ = ("_begins", "_saved", "begin", "end", "folds")

    def __init__(self, begin: float, end: float, folds: tuple[Fold, ...] = ()) -> None:
        self.begin = begin
        self.end = max(begin, end)
        self.folds = folds
        self._begins = [fold.begin for fold in folds]
        self._saved = list(accumulate((fold.end - fold.begin - fold.shown for fold in folds), initial=0.0))

    @property
    def length(self) -> float:
        """Shown seconds in all."""
        return self.end - self.begin - self._saved[-1]

    def place(self, moment: float) -> float:
        """Where a moment is, in shown seconds after the beginning; never goes back as time goes on."""
        index = bisect_right(self._begins, moment)
        shown = moment - self.begin - self._saved[index]
        if index and moment < (fold := self.folds[index - 1]).end:
            part = (moment - fold.begin) / (fold.end - fold.begin)
            shown = fold.begin - self.begin - self._saved[index - 1] + part * fold.shown
        return shown

    def is_folded(self, begin: float) -> bool:
        """Whether the pause that begins then is folded."""
        index = bisect_right(self._begins, begin)
        return index > 0 and self._begins[index - 1] == begin

    def ticks(self, step: float) -> Iterator[tuple[float, float]]:
        """(shown seconds, real seconds after the beginning) at every multiple of `step` outside the folds."""
        starts = [self.begin, *(fold.end for fold in self.folds)]
        ends = [*(fold.begin for fold in self.folds), self.end]
        for start, end in zip(starts, ends, strict=True):
            number = math.ceil((start - self.begin - CLOCK_GRAIN) / step)
            while (offset := number * step) <= end - self.begin + CLOCK_GRAIN:
                yield self.place(min(max(self.begin + offset, start), end)), offset
                number += 1


def folded(begin: float, end: float, pauses: Iterable[tuple[float, float]]) -> Axis:
    """An axis on which the pauses (apart from each other, in order) take at most their share: the longest of
    them are folded, all to one length."""
    pauses = [pause for pause in pauses if pause[1] > pause[0]]
    lengths = sorted(pause[1] - pause[0] for pause in pauses)
    room = (end - begin - sum(lengths)) * PAUSES_SHARE
    if room <= 0 or sum(lengths) <= room:
        return Axis(begin, end)
    for index, length in enumerate(lengths):
        share = room / (len(lengths) - index)
        if length > share:
            break
        room -= length
    return Axis(begin, end, tuple(Fold(*pause, share) for pause in pauses if pause[1] - pause[0] > share))


STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)


def tick_step(length: float, ticks: int) -> float:
    """A round step in seconds by which `length` gets about as many ticks, or fewer."""
    wanted = length / max(1, ticks)
    if wanted <= 0:
        return 1.0
    if wanted <= 1:
        power = 10.0 ** math.floor(math.log10(wanted))
        return next(step * power for step in (1, 2, 5, 10) if step * power >= wanted * 0.999)
    return float(next((step for step in STEPS if step >= wanted), math.ceil(wanted / 86400) * 86400))


def tick_label(seconds: float) -> str:
    """`0`, `250ms`, `1.5s`, `40s`, `2m`, `2m30s`, `1h05m`."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.3g}ms" if seconds > 0 else "0"
    if seconds < 60:
        return f"{seconds:.3g}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}m{rest:02}s" if rest else f"{minutes}m"
    return f"{minutes // 60}h{minutes % 60:02}m" if minutes % 60 else f"{minutes // 60}h"
