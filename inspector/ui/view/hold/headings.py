"""The hold screen's first line, and what it has to say where nothing passes or nothing is held yet."""

from __future__ import annotations

from inspector.ui.view.hold.words import HELD
from inspector.ui.view.measures import counted
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import one_line
from inspector.ui.view.wrap import wrap

NOTHING_PASSES = (
    "No proxy writes this capture, so nothing passes that could be held. `inspector live` puts one before "
    "Azure and opens this screen with H; with `inspector live --capture FILE` it goes on in this file."
)
NO_RULE = (
    "Nothing is to be held yet. n makes a rule: which requests, answers or events wait until you release, "
    "edit, answer or drop them. They go on by themselves when their time is up, or when this app is left."
)
WAITING = "Nothing is held now: what fits a rule comes into this list by itself."


def hold_header(held: int, rules: int, off: int) -> Row:
    """How many are held, by how many rules."""
    waiting = Span(f"  {HELD} {held}", Tone.WARN if held else Tone.DIM)
    words = counted(rules, "rule") + (f" and {off} switched off" if off else "")
    return row(Span("Hold", Tone.STRONG), waiting, Span(" held", Tone.DIM), right=words)


def hold_remarks(
    *, passes: bool | None, has_rules: bool, holds: bool, problem: str | None, width: int
) -> list[Row]:
    """What a person has to know, over the whole width. `passes` is None as long as it is not known."""
    said: list[tuple[str, Tone]] = []
    if problem is not None:
        said.append((f"⚠ {one_line(problem)}", Tone.WARN))
    if passes is False:
        said.append((f"⚠ {NOTHING_PASSES}", Tone.WARN))
    elif not holds:
        said.append((WAITING if has_rules else NO_RULE, Tone.DIM))
    return [row(Span(words[start:end], tone)) for words, tone in said for start, end in wrap(words, width)]
