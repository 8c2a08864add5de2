"""What is wrong with the recording, in words over the whole width: nobody may miss it. And what there is to
know about it where nothing is wrong."""

from __future__ import annotations

from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import one_line
from inspector.ui.view.wrap import wrap

LEAD = "⚠ "
QUIET_LEAD = "○ "


def banner_rows(problem: str, width: int) -> list[Row]:
    """The problem in words, none of them cut off."""
    return _rows(LEAD, problem, width, Tone.TEXT)


def remark_rows(remark: str, width: int) -> list[Row]:
    """The remark in words, none of them cut off."""
    return _rows(QUIET_LEAD, remark, width, Tone.DIM)


def _rows(lead: str, said: str, width: int, tone: Tone) -> list[Row]:
    words = one_line(said)
    lines = [words[start:end].strip() for start, end in wrap(words, width - len(lead))]
    return [
        row(Span(lead if n == 0 else " " * len(lead), tone), Span(line, tone)) for n, line in enumerate(lines)
    ]
