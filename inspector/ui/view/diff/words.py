"""The marks and the words for what became of a piece; a mark never needs its colour to be told from others.

+  added     -  vanished     ≠  changed     →  moved     ·  the same
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from inspector.protocol.compare.change import Change
from inspector.ui.view.measures import counted, size
from inspector.ui.view.rows import Span, Tone
from inspector.ui.view.text import clean

MARKS = {
    Change.ADDED: Span("+", Tone.GOOD),
    Change.VANISHED: Span("-", Tone.BAD),
    Change.CHANGED: Span("≠", Tone.WARN),
    Change.MOVED: Span("→", Tone.LOSS),
    Change.KEPT: Span("·", Tone.FAINT),
}

_NAMED = 5  # pieces that a sentence names


def tally(changes: Iterable[Change]) -> str:
    """How many of each, in marks: `+2 ≠1`; what is the same in words."""
    counts = Counter(changes)
    told = [f"{mark.text}{counts[change]:,}" for change, mark in MARKS.items() if change is not Change.KEPT
            and counts[change]]  # fmt: skip
    return "  ".join([*told, *([f"{counts[Change.KEPT]:,} unchanged"] if counts[Change.KEPT] else [])])


def sentence(change: Change, one: str, names: Sequence[str]) -> str:
    """`2 items added: reasoning, message user`; names are cleaned here."""
    shown = [clean(name) or "?" for name in names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(f"… {len(names) - _NAMED:,} more")
    return f"{counted(len(names), one)} {change}: {', '.join(shown)}"


def sizes(change: Change, old: int, new: int) -> str:
    """How big it is, or was; both where they differ."""
    if change is Change.ADDED:
        return size(new)
    if change is Change.VANISHED or size(old) == size(new):
        return size(old)
    return f"{size(old)} → {size(new)}"
