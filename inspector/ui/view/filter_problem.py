"""What is wrong with a filter, below the line it is written in: a mark under the place, and the sentence."""

from __future__ import annotations

from inspector.capture.filter.problem import FilterError
from inspector.ui.view.rows import Row, Span, Tone
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import wrap


def problem_rows(problem: FilterError | None, shift: int, width: int) -> list[Row]:
    """The sentence beside the mark where there is room, else below it; `shift`: cells before the line's first
    character."""
    if problem is None:
        return []
    at = max(0, min(problem.position + shift, width - 1))
    mark, said = Span(" " * at + "▴ ", Tone.BAD), clean(problem.message)
    if at + 2 + len(said) <= width:
        return [Row((mark, Span(said, Tone.BAD)))]
    return [Row((mark,)), *(Row((Span(said[start:end], Tone.BAD),)) for start, end in wrap(said, width))]
