"""The line of keys at the foot of a screen: as many as there is room for, none cut in half.

The last give way first, but never those that lead on when one is lost: back, help, quit.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from inspector.ui.view.wrap import cells

KEPT = frozenset(("back", "help", "quit"))
AROUND_KEY = 2  # blanks around a key; its words have one after them
PALETTE_EDGE = 2  # the rule before the palette's key, and a blank at the end


class KeysLine(Footer):
    """Textual's footer, made to fit."""

    def compose(self) -> ComposeResult:
        """The keys that have room."""
        shown: list[Widget] = list(super().compose())
        room = self.app.size.width - PALETTE_EDGE
        excess = sum(_width(key) for key in shown) - room
        for key in reversed(shown):
            if excess <= 0:
                break
            if isinstance(key, FooterKey) and _gives_way(key):
                shown.remove(key)
                excess -= _width(key)
        yield from shown

    def on_resize(self, event: Resize) -> None:
        """Another width has room for other keys."""
        self.refresh(recompose=True)


def _gives_way(key: FooterKey) -> bool:
    return key.action not in KEPT and not key.has_class("-command-palette")


def _width(key: Widget) -> int:
    if not isinstance(key, FooterKey):
        return 0
    return cells(key.key_display) + AROUND_KEY + (cells(key.description) + 1 if key.description else 0)
