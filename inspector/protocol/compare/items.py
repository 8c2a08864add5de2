"""The items of a request's input and of a response's output, as pieces that can be found again.

An item is the same one if its `call_id` (calls and outputs apart) or its `id` is, or what it says, whatever
its identifiers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any

from inspector.protocol.compare.canonical import canonical
from inspector.protocol.compare.pieces import Piece
from inspector.protocol.to_chat.items import item_type

IDENTIFIERS = frozenset(("id", "call_id", "status"))


def items_of(value: Any, pointer: str) -> Sequence[Item]:
    """The items of a list, or the one item that a request whose input is a string has; None has none."""
    if isinstance(value, list):
        return [_item(item, f"{pointer}/{n}") for n, item in enumerate(value)]
    return [] if value is None else [_item(value, pointer)]


class Item(Piece):
    """An item of the input or of the output."""

    levels = 3

    @property
    def kind(self) -> Hashable | None:
        """Its type with its role or its tool; anything that is no item is of one kind."""
        return self.title or type(self.value).__name__

    @property
    def essence(self) -> Any:
        """The item without what identifies it."""
        if not isinstance(self.value, dict):
            return self.value
        return {name: member for name, member in self.value.items() if name not in IDENTIFIERS}

    @cached_property
    def said(self) -> str:
        """What it says, as canonical JSON."""
        return canonical(self.essence)

    def name(self, level: int) -> Hashable | None:
        """Its `call_id`, its `id`, what it says."""
        if not isinstance(self.value, dict):
            return None
        if level == 2:
            return self.said
        given = self.value.get("id" if level else "call_id")
        if not isinstance(given, str) or not given:
            return None
        return given if level else (item_type(self.value), given)


def _item(value: Any, pointer: str) -> Item:
    if not isinstance(value, dict):
        return Item(value, pointer, "text" if isinstance(value, str) else "")
    form = item_type(value) or ""
    name = value.get("role") if form in ("message", "tool") else value.get("name")
    return Item(value, pointer, f"{form} {name}" if isinstance(name, str) else form)
