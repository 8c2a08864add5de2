"""One line asked of a person, at the foot of the screen: what to search for, a note, a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, Label
from textual.widgets.input import Selection


class LineScreen(ModalScreen[str | None]):
    """Ends with the line, None when the person would rather not."""

    CSS_PATH = "line.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="line.leave", tooltip="Forget it"),
        # before the input, which knows how to scroll with them and would be told of in their place
        Binding("up", "recall(-1)", "Earlier", show=False, id="line.earlier", tooltip="The line before",
                priority=True),
        Binding("down", "recall(1)", "Later", show=False, id="line.later", tooltip="The line after",
                priority=True),
    ]  # fmt: skip

    def __init__(
        self,
        label: str,
        text: str = "",
        *,
        hint: str = "",
        longest: int | None = None,
        earlier: Sequence[str] = (),
        on_change: Callable[[str], None] | None = None,
        chosen: int = 0,
    ) -> None:
        """`earlier`: lines to go back to, the last one last; `on_change` hears of the line as it is typed;
        from character `chosen` on the text is selected, so that what is typed takes its place.
        """
        super().__init__()
        self._label = label
        self._text = text
        self._hint = hint
        self._longest = longest
        self._lines = [*earlier, text]
        self._place = len(earlier)
        self._on_change = on_change
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """What is asked, the line, what there is to say of it."""
        with Horizontal(id="line"):
            yield Label(self._label, id="line-label", markup=False)
            yield Input(
                self._text,
                placeholder=self._hint,
                compact=True,
                id="line-input",
                select_on_focus=not self._chosen,
                max_length=self._longest or 0,
            )
            yield Label("", id="line-said", markup=False)

    def on_mount(self) -> None:
        """Select."""
        if self._chosen:
            self.query_one(Input).selection = Selection(self._chosen, len(self._text))

    def say(self, words: str) -> None:
        """Something about the line, at its right."""
        self.query_one("#line-said", Label).update(words)

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        if self._on_change is not None:
            self._on_change(message.value)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        self.dismiss(message.value)

    def action_leave(self) -> None:
        """Forget it."""
        self.dismiss(None)

    def action_recall(self, by: int) -> None:
        """Go through the earlier lines; the one that was being typed is kept as the last."""
        field = self.query_one(Input)
        if self._place == len(self._lines) - 1:
            self._lines[-1] = field.value
        self._place = max(0, min(self._place + by, len(self._lines) - 1))
        field.value = self._lines[self._place]
        field.cursor_position = len(field.value)
