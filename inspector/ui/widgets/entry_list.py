"""A list of things that can be gone into: what the others call unfolding is opening here."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.ui.widgets.row_list import RowList


class EntryList(RowList):
    """Enter goes into an exchange, and unfolds or folds what holds exchanges."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "fold_or_unfold", "Open", id="list.open",
                tooltip="Into the exchange; unfold or fold what holds some"),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.taken = False  # by a person, whose move the screen has not been told of yet

    def _to(self, row: int, *, by_person: bool = True, scroll: bool = True) -> None:
        self.taken = self.taken or by_person
        super()._to(row, by_person=by_person, scroll=scroll)
