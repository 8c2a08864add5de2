"""Tones as styles, the same for all that paints rows: the app has their classes, `tones.tcss` colours them.

A widget with component classes of its own styles each of them anew whenever it is styled itself; for eighteen
tones in every title and list that was most of what styling cost.
"""

from __future__ import annotations

from rich.style import Style
from textual.app import App
from textual.widget import Widget

from inspector.ui.view.rows import Tone
from inspector.ui.widgets.paint import Palette

TONE_CLASSES = {*(f"tone--{tone}" for tone in Tone), "tone--mark"}


def palette_of(widget: Widget) -> Palette:
    """The styles of the tones, as the theme has them now."""
    app: App[object] = widget.app
    return Palette({tone: _style(app, tone) for tone in Tone}, _style(app, "mark"))


def _style(app: App[object], name: str) -> Style:
    return app.get_component_styles(f"tone--{name}").partial_rich_style
