"""Stretches of time as one bar of cells. Shapes tell the parts apart; the tone is a help on top of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from inspector.ui.view.rows import Span, Tone
from inspector.ui.view.timeline.axis import FOLD_MARK
from inspector.ui.view.timeline.parts import GAPS, LOOKS, Part, Stretch

EIGHTHS = "▏▎▍▌▋▊▉█"
Cell = tuple[str, Tone]
EMPTY: Cell = (" ", Tone.TEXT)


def bar(
    stretches: Sequence[Stretch],
    place: Callable[[float], float],
    width: int,
    *,
    tone: Tone | None = None,
    is_folded: Callable[[Stretch], bool] = lambda _: False,
) -> list[Cell]:
    """Cells of a bar.

    `place` gives the cell of a moment, with its fraction. Where several stretches share a cell, a gap gives
    way, and then the longer one has it; whatever ran has a cell at least. `tone`: of all that is no gap.
    """
    cells = [EMPTY] * max(0, width)
    if not cells:
        return cells
    for is_gap in (True, False):
        best = [0.0] * width
        for stretch in stretches:
            if (stretch.part in GAPS) is not is_gap:
                continue
            begin, end = place(stretch.begin), place(stretch.end)
            glyph, usual = LOOKS[stretch.part]
            cell = (glyph, usual if is_gap or tone is None else tone)
            for at in _span(begin, end, width):
                covered = min(end, at + 1) - max(begin, at)
                if covered > best[at] or (best[at] == 0.0 and cells[at] == EMPTY):
                    best[at], cells[at] = covered, _cut(cell, stretch.part, begin, end, at)
            if is_gap and is_folded(stretch):
                middle = _span((begin + end) / 2, (begin + end) / 2, width)
                cells[middle.start] = (FOLD_MARK, Tone.DIM)
    return cells


def spans(cells: Iterable[Cell]) -> list[Span]:
    """Cells of one tone after another as one span."""
    grouped = groupby(cells, key=lambda cell: cell[1])
    return [Span("".join(glyph for glyph, _ in run), tone) for tone, run in grouped]


def _span(begin: float, end: float, width: int) -> range:
    """The cells from one place to another: one at least, all of them inside."""
    first = min(max(0, int(begin)), width - 1)
    last = min(max(0, int(end)), width - 1)
    if last > first and last == end:
        last -= 1  # it ends at the very beginning of this cell
    return range(first, last + 1)


def _cut(cell: Cell, part: Part, begin: float, end: float, at: int) -> Cell:
    """The last cell of a stream is filled as far as it goes."""
    if part is not Part.STREAMING or end >= at + 1 or begin > at:
        return cell
    return EIGHTHS[max(0, min(7, round((end - at) * 8) - 1))], cell[1]
