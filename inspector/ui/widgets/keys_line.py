"""The line of keys at the foot of a screen: as many as there is room for, none cut in half.

The last give way first, but never those that lead on when one is lost: back, help, quit. Textual's own footer
is a widget a key, all made anew and styled again whenever the focus moves, which was most of what a key cost;
this one is a line that is drawn, and drawn again only when other keys work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from inspector.ui.view.wrap import cells

KEPT = frozenset(("back", "help", "quit"))
GAP = 2  # cells kept free before the palette's key
EDGE = "▏"  # in the place of the first blank of the palette's key, which stands at the right


@dataclass(frozen=True, slots=True)
class Shown:
    """A key: its name, how it is written, what it does in a word, the action, and that in more words.

    One that is not `enabled` is told, but does nothing now.
    """

    key: str
    sign: str
    word: str
    action: str
    about: str
    enabled: bool

    @property
    def width(self) -> int:
        """Cells that it takes: sign and word, a blank between them and one at either end."""
        return cells(self.sign) + cells(self.word) + 3


class KeysLine(Widget):
    """The keys that work where one is; a click on one is as good as the key."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "keys-line--sign",
        "keys-line--word",
        "keys-line--edge",
        "keys-line--hovered",
    }

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[Shown, ...] = ()
        self._palette: Shown | None = None
        self._hovered: Shown | None = None
        self._looks = False  # it is about to look for the keys

    def on_mount(self) -> None:
        """Hear of other keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed, immediate=True)

    def on_unmount(self) -> None:
        """No more."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _changed(self, screen: Screen[Any]) -> None:
        """Look once for all that changes together; while another window has the keys, none do."""
        if self.app.app_focus and not self._looks:
            self._looks = True
            self.call_later(self._look)

    def _look(self) -> None:
        self._looks = False
        active = self.screen.active_bindings
        by_action: dict[str, Shown] = {}
        for each in active.values():
            if each.binding.show:
                by_action.setdefault(each.binding.action, self._told(each))
        palette = active.get(self.app.COMMAND_PALETTE_BINDING)
        found = tuple(by_action.values()), None if palette is None else self._told(palette)
        if found != (self._keys, self._palette):
            self._keys, self._palette = found
            self.refresh()

    def _told(self, active: ActiveBinding) -> Shown:
        binding = active.binding
        about = active.tooltip or binding.description
        sign = self.app.get_key_display(binding)
        return Shown(binding.key, sign, binding.description, binding.action, about, active.enabled)

    @property
    def shown(self) -> tuple[Shown, ...]:
        """The keys that have room, without the palette's."""
        excess = sum(key.width for key in self._keys) - (self._room - GAP)
        shown = list(self._keys)
        for key in reversed(self._keys):
            if excess <= 0:
                break
            if key.action not in KEPT:
                shown.remove(key)
                excess -= key.width
        return tuple(shown)

    @property
    def _room(self) -> int:
        """Cells before the palette's key."""
        return self.size.width - (0 if self._palette is None else self._palette.width)

    def render_line(self, y: int) -> Strip:
        """Draw it: the keys from the left, the palette's at the right."""
        ground = Style(bgcolor=self.rich_style.bgcolor)
        strip = Strip(
            [segment for key in self.shown for segment in self._drawn(key, f" {key.sign} ", f"{key.word} ")]
        )
        strip = strip.adjust_cell_length(max(0, self._room), ground)
        if (key := self._palette) is not None:
            edge = Segment(EDGE, self.get_component_rich_style("keys-line--edge"))
            strip = Strip([*strip, edge, *self._drawn(key, key.sign, f" {key.word}"), Segment(" ", ground)])
        return strip.adjust_cell_length(self.size.width, ground)

    def _drawn(self, key: Shown, sign: str, word: str) -> list[Segment]:
        more = Style.null() if key.enabled else Style(dim=True)
        if key == self._hovered:
            more += self.get_component_rich_style("keys-line--hovered", partial=True)
        return [
            Segment(sign, self.get_component_rich_style("keys-line--sign") + more),
            Segment(word, self.get_component_rich_style("keys-line--word") + more),
        ]

    # The mouse

    def _at(self, x: int) -> Shown | None:
        """The key that is drawn there."""
        if self._palette is not None and x >= self._room:
            return self._palette
        right = 0
        for key in self.shown:
            right += key.width
            if x < right:
                return key
        return None

    def _hover(self, key: Shown | None) -> None:
        if key != self._hovered:
            self._hovered = key
            self.tooltip = None if key is None else key.about
            self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Light up what a click would do."""
        self._hover(self._at(event.x))

    def on_leave(self) -> None:
        """Nothing any more."""
        self._hover(None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """As if it were pressed."""
        key = self._at(event.x)
        if key is not None and key.enabled:
            self.app.simulate_key(key.key)
        elif key is not None:
            self.app.bell()
