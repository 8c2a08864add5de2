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
