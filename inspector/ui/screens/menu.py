"""A short list of things to choose from, each with a digit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen

from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import wrap
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList


class MenuScreen(ModalScreen[str | None]):
    """Ends with the name of what was chosen, None when nothing was."""

    CSS_PATH = "menu.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", id="menu.leave", tooltip="Choose nothing"),
    ]

    def __init__(
        self,
        title: str,
        choices: Mapping[str, str],
        cursor: str | None = None,
        about: Sequence[str] = (),
    ) -> None:
        """`choices`: the words of each by name, not cleaned yet; `cursor`: the one that is likely; `about`:
        sentences that say what there is to know before, not cleaned either.
        """
        super().__init__()
        self._about = [clean(sentence) for sentence in about]
        self._title = title
        self._choices = choices
        self._cursor = cursor

    def compose(self) -> ComposeResult:
        """Title above choices."""
        with Vertical(id="menu"):
            yield RowLines(id="menu-title")
            if self._about:
                yield RowLines(id="menu-about")
            yield RowList(id="menu-choices")

    def on_mount(self) -> None:
        """Show what there is."""
        if not self.is_current:
            return  # it was left as it came
        self.query_one("#menu-title", RowLines).show(lambda _: [row(Span(self._title, Tone.STRONG))])
        if self._about:
            self.query_one("#menu-about", RowLines).show(self._about_rows)
        nodes = [
            Node(name, row(Span(f"{number}  ", Tone.ACCENT), Span(clean(words))))
            for number, (name, words) in enumerate(self._choices.items(), 1)
        ]
        choices = self.query_one("#menu-choices", RowList)
        choices.styles.height = len(nodes)
        choices.show(Outline(nodes))
        if self._cursor is not None:
            choices.select(self._cursor)
        choices.focus()

    def on_row_list_entered(self, message: RowList.Entered) -> None:
        """Enter takes the choice under the cursor."""
        self.dismiss(message.node.key)

    def on_key(self, event: Key) -> None:
        """A choice's digit takes it."""
        number = int(event.key) if event.key.isdecimal() else 0
        if 0 < number <= len(self._choices):
            event.stop()
            self.dismiss(list(self._choices)[number - 1])

    def _about_rows(self, width: int) -> list[Row]:
        return [
            row(Span(sentence[start:end], Tone.TEXT))
            for sentence in self._about
            for start, end in wrap(sentence, width)
        ]

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
