"""What is wrong with the recording, in words over the whole width: nobody may miss it."""

from __future__ import annotations

from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import one_line
from inspector.ui.view.wrap import wrap

LEAD = "⚠ "


def banner_rows(problem: str, width: int) -> list[Row]:
    """The problem in words, none of them cut off."""
    words = one_line(problem)
    lines = [words[start:end].strip() for start, end in wrap(words, width - len(LEAD))]
    return [
        row(Span(LEAD if n == 0 else " " * len(LEAD), Tone.TEXT), Span(line, Tone.TEXT))
        for n, line in enumerate(lines)
    ]
