"""How far something has come that takes a while: a bar, its share, and how to stop it; the same everywhere.

A bar is for what can be counted. It comes after half a second, so that what is quick does not flicker.
"""

from __future__ import annotations

from inspector.ui.view.rows import Span, Tone

AFTER = 0.5  # seconds that something may take before it is said how far it is
EVERY = 0.1  # seconds between two looks
CELLS = 20  # of a bar


def bar(done: int, total: int, cells: int = CELLS) -> tuple[Span, ...]:
    """`━━━━━━──────── 46 %`: the two lines are told apart without their colours."""
    share = min(1.0, done / total) if total > 0 else 0.0
    full = int(share * cells)
    return (
        Span("━" * full, Tone.ACCENT),
        Span("─" * (cells - full), Tone.FAINT),
        Span(f" {int(share * 100):>3} %", Tone.DIM),
    )
