"""The pane of the sessions: title, filter box, names of the columns where there is room, list."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.events import Click
from textual.message import Message

from inspector.settings import Column, Sort
from inspector.ui.view.columns import WIDE, Look
from inspector.ui.view.exchange_row import column_at, heading_row
from inspector.ui.view.order import AS_THEY_CAME, is_flat
from inspector.ui.view.outline import Outline
from inspector.ui.view.rows import Row, Span
from inspector.ui.view.sessions import EXCHANGES_ARE_AT
from inspector.ui.widgets.entry_list import EntryList
from inspector.ui.widgets.filter_box import FilterBox
from inspector.ui.widgets.pane import Pane
from inspector.ui.widgets.row_lines import LINE_EDGE, MARGIN, RowLines


class SessionsPane(Pane):
    """The list of sessions and what belongs to it."""

    class ColumnClicked(Message):
        """The name of a column was clicked."""

        def __init__(self, column: Column) -> None:
            super().__init__()
            self.column = column

    def __init__(self, look: Look) -> None:
        super().__init__("Sessions", "0", id="sessions")
        self.list: EntryList = EntryList(id="sessions-list")
        self.filter_box = FilterBox(id="filter")
        self._look = look
        self._order = AS_THEY_CAME
        self._names = RowLines(id="sessions-columns")

    def compose(self) -> ComposeResult:
        """Title, filter, names of columns, list."""
        yield self.title
        yield self.filter_box
        yield self._names
        yield self.list

    def on_mount(self) -> None:
        """The names are made for the width there is."""
        self._names.show(self._heading)

    def show_look(self, look: Look) -> None:
        """Name the columns of this look from now on."""
        if look is not self._look:
            self._look = look
            self._names.show(self._heading)

    def show_order(self, order: Sort) -> None:
        """Tell by which column the list is ordered."""
        self._order = order
        self._names.show(self._heading)

    @on(Click, "#sessions-columns")
    def _clicked(self, event: Click) -> None:
        indent, width = self._indent, self._names.size.width - MARGIN - LINE_EDGE
        column = column_at(event.x - MARGIN - indent, width - indent, self._look)
        if column is not None:
            self.post_message(self.ColumnClicked(column))

    @property
    def _indent(self) -> int:
        return Outline.indent(0 if is_flat(self._order) else EXCHANGES_ARE_AT)

    def _heading(self, width: int) -> list[Row]:
        indent = self._indent
        if width - indent < WIDE:
            return []
        names = heading_row(width - indent, self._look, self._order)
        return [Row((Span(" " * indent), *names.left))]
