"""A pane: a title of one line (its number, its counts, how far it is, where the keys go) above a list."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from inspector.ui.view.progress import AFTER, CELLS, bar
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList


class PaneTitle(RowLines):
    """The line above a pane, or its tab."""

    class Clicked(Message):
        """A title was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, pane: str, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.pane = pane

    def on_click(self) -> None:
        """Tell whose title it was."""
        self.post_message(self.Clicked(self.pane))


class Pane(Vertical):
    """A titled list."""

    counts: reactive[str] = reactive("")
    count: reactive[str] = reactive("")  # the first of the counts alone, for a tab
    losses: reactive[int] = reactive(0)
    remarks: reactive[int] = reactive(0)
    state: reactive[str] = reactive("")
    form: reactive[str] = reactive("")
    label: reactive[str] = reactive("")

    def __init__(self, label: str, number: str, *, id: str) -> None:
        super().__init__(id=id)
        self.number = number
        self.title = PaneTitle(id)
        self.set_reactive(Pane.label, label)
        self.list = RowList(id=f"{id}-list")
        self._found = ("", 0)
        self._progress: tuple[int, int] | None = None  # done, of how many
        self._began = 0.0  # when there was first any to tell

    def compose(self) -> ComposeResult:
        """Title above list."""
        yield self.title
        yield self.list

    def on_mount(self) -> None:
        """Draw the title for the first time."""
        self.title.show(lambda width: [self.title_row(width)])

    def title_row(self, width: int) -> Row:
        """The title for so many cells."""
        focused = self.has_pseudo_class("focus-within")
        number = [Span(f"{self.number} ", Tone.ACCENT if focused else Tone.FAINT)] if self.number else []
        name = Span(self.label, Tone.ACCENT if focused else Tone.STRONG)
        state = [Span(f"  {word}", Tone.KEY) for word in (self.state, self.form) if word]
        found, shows = self._found
        state += [Span(f"  {found}", Tone.WARN)] if found and shows == self.list.shows else []
        if self._progress is not None and time.monotonic() >= self._began + AFTER:
            state += [Span("  "), *bar(*self._progress, max(5, min(CELLS, width // 4)))]
        edge = (
            *((Span(f"✂ {self.losses}  ", Tone.LOSS),) if self.losses else ()),
            *((Span(f"⚠ {self.remarks}  ", Tone.WARN),) if self.remarks else ()),
            Span(self.counts, Tone.DIM),
        )
        return row(*number, name, *state, right=edge)

    def watch_counts(self) -> None:
        """The title changed."""
        self.title.refresh()

    watch_losses = watch_remarks = watch_state = watch_form = watch_label = watch_counts

    def tell(
        self, *, count: str = "", counts: str, losses: int = 0, remarks: int = 0, state: str = ""
    ) -> None:
        """What the title tells besides the name; `count` is what a tab has room for."""
        self.count, self.counts, self.state = count, counts, state
        self.losses, self.remarks = losses, remarks

    def tell_found(self, words: str) -> None:
        """How often what is searched for was found in what is shown now; "" for no search."""
        self._found = (words, self.list.shows)
        self.title.refresh()

    def tell_progress(self, done: int = 0, total: int = 0) -> None:
        """How far something is that this pane waits for; without a total there is nothing any more.

        The bar comes when it has taken a while.
        """
        if total and self._progress is None:
            self._began = time.monotonic()
        self._progress = (done, total) if total else None
        self.title.refresh()

    def on_descendant_focus(self) -> None:
        """The title tells where the keys go."""
        self.title.refresh()

    def on_descendant_blur(self) -> None:
        """The title tells where the keys go."""
        self.title.refresh()
