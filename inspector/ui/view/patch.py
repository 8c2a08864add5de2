"""Patches as text with what goes and what comes in tones of their own (besides their signs)."""

from __future__ import annotations

from inspector.ui.view.rows import Span, Tone
from inspector.ui.view.wrap import TextRows

BEGINNING = "*** Begin Patch"
TONES = {"+": Tone.GOOD, "-": Tone.BAD, "*": Tone.KEY, "@": Tone.KEY}


class PatchRows(TextRows):
    """A patch as Codex's `apply_patch` takes it, laid out at a width."""

    def _spans(self, text: str, starts_line: bool) -> tuple[Span, ...]:
        return (Span(text, TONES.get(text[:1], Tone.DIM) if starts_line else Tone.TEXT),)
