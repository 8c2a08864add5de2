"""A text on its own, above everything else: what a command made of a pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from inspector.ui.screens.search_actions import SearchActions
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import Row
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList


class TextScreen(SearchActions, ModalScreen[None]):
    """Shows a text, which is searched like a pane."""

    CSS_PATH = "text.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", id="text.leave", tooltip="Back to where one was"),
    ]

    def __init__(self, title: Row, nodes: Sequence[Node]) -> None:
        super().__init__()
        self._title = title
        self._shown = nodes

    def compose(self) -> ComposeResult:
        """Title above text."""
        with Vertical(id="text"):
            yield RowLines(id="text-title")
            yield RowList(id="text-list")

    def on_mount(self) -> None:
        """Show it."""
        self.query_one("#text-title", RowLines).show(lambda _: [self._title])
        found = self.query_one("#text-list", RowList)
        found.show(Outline(self._shown))
        found.focus()

    def tell(self, nodes: Sequence[Node]) -> None:
        """The text is another one by now; what was folded, and where one is, stays so."""
        self._shown = nodes
        if self.is_mounted:
            found = self.query_one("#text-list", RowList)
            found.show(Outline(nodes, folds=found.outline.folds))

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss(None)
