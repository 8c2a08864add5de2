"""A line with a few words, of which one is chosen: with the arrows, or with a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive

from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.widgets.row_lines import MARGIN, RowLines

BETWEEN = 2  # blanks between words; the chosen one has brackets in their place


class Choice(RowLines, can_focus=True):
    """The words in one line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "step(1)", "Next", show=False, id="choice.on", tooltip="The next word"),
        Binding("left", "step(-1)", "Before", show=False, id="choice.back", tooltip="The word before"),
    ]

    chosen: reactive[str] = reactive("", init=False)

    class Chosen(Message):
        """Another word is the chosen one."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """The line, for `@on` selectors."""
            return self.choice

    def __init__(self, words: Sequence[str], chosen: str, *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self.set_reactive(Choice.chosen, chosen)

    def on_mount(self) -> None:
        """One line, whatever the width."""
        self.show(lambda _: [self._line()])

    def action_step(self, by: int) -> None:
        """The word beside it; behind the last comes the first."""
        self.chosen = self._words[(self._words.index(self.chosen) + by) % len(self._words)]

    def watch_chosen(self) -> None:
        """Tell."""
        self.refresh()
        self.post_message(self.Chosen(self))

    def on_focus(self) -> None:
        """The chosen one is seen to have the keys."""
        self.refresh()

    def on_blur(self) -> None:
        """Nor any more."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """The word that was clicked."""
        end = MARGIN
        for word in self._words:
            begin, end = end, end + len(word) + BETWEEN
            if begin <= event.x < end:
                self.chosen = word

    def _line(self) -> Row:
        tone = Tone.ACCENT if self.has_focus else Tone.STRONG
        return row(
            *(
                Span(f"[{word}]", tone) if word == self.chosen else Span(f" {word} ", Tone.DIM)
                for word in self._words
            )
        )
