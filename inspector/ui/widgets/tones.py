"""Tones as styles: widgets that paint rows have these component classes; `tones.tcss` colours them."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget

from inspector.ui.view.rows import Tone
from inspector.ui.widgets.paint import Palette

TONE_CLASSES = {*(f"tone--{tone}" for tone in Tone), "tone--mark"}


def palette_of(widget: Widget) -> Palette:
    """The styles of a widget's tones, as its theme has them now."""
    styles: dict[Tone, Style] = {
        tone: widget.get_component_rich_style(f"tone--{tone}", partial=True) for tone in Tone
    }
    return Palette(styles, widget.get_component_rich_style("tone--mark", partial=True))
