"""The items of a request's input and of a response's output, as pieces that can be found again.

An item is the same one if its `call_id` (calls and outputs apart) or its `id` is, or what it says, whatever
its identifiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.protocol.compare.canonical import canonical
from inspector.protocol.compare.pieces import Names, Piece
from inspector.protocol.to_chat.items import item_type

IDENTIFIERS = frozenset(("id", "call_id", "status"))


def items_of(value: Any, pointer: str) -> Sequence[Piece]:
    """The items of a list, or the one item that a request whose input is a string has; None has none."""
    if isinstance(value, list):
        return [_piece(item, f"{pointer}/{n}") for n, item in enumerate(value)]
    return [] if value is None else [_piece(value, pointer)]


def said(item: Any) -> Any:
    """The item without what identifies it."""
    if not isinstance(item, dict):
        return item
    return {name: member for name, member in item.items() if name not in IDENTIFIERS}


def _piece(item: Any, pointer: str) -> Piece:
    if not isinstance(item, dict):
        return Piece(
            item, pointer, "text" if isinstance(item, str) else "", type(item).__name__, (None, None, None)
        )
    form = item_type(item) or ""
    name = item.get("role") if form in ("message", "tool") else item.get("name")
    title = f"{form} {name}" if isinstance(name, str) else form
    return Piece(item, pointer, title, title, _names)


def _names(item: dict[str, Any]) -> Names:
    call_id, identifier = item.get("call_id"), item.get("id")
    return (
        (item_type(item), call_id) if isinstance(call_id, str) and call_id else None,
        identifier if isinstance(identifier, str) and identifier else None,
        canonical(said(item)),
    )
