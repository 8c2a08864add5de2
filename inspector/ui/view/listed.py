"""Answers that are no response: a list of items, embeddings or models, and the word that one was deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.protocol.usage import from_chat, from_responses
from inspector.ui.view import item_cards
from inspector.ui.view.cards import Card, json_body, length, node
from inspector.ui.view.measures import counted, tokens
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.vectors import is_vector, spoken


def listed(value: Any) -> tuple[list[Node], str] | None:
    """The nodes of such an answer and its count in words; None for any other value."""
    if not isinstance(value, Mapping):
        return None
    if value.get("deleted") is True and isinstance(value.get("id"), str):
        said = row(Span("✓", Tone.GOOD), Span(" deleted ", Tone.STRONG), Span(clean(value["id"]), Tone.DIM))
        return [Node("deleted", said, body=json_body(value))], ""
    data = value.get("data")
    if value.get("object") != "list" or not isinstance(data, list):
        return None
    names = item_cards.call_names(data)
    nodes = [_entry(n, entry, names) for n, entry in enumerate(data)]
    word = "vector" if any(_vector(entry) is not None for entry in data) else "item"
    return [*nodes, _end(value)], counted(len(data), word)


def _entry(n: int, entry: Any, names: Mapping[str, str]) -> Node:
    key = f"/data/{n}"
    if (vector := _vector(entry)) is not None:
        return node(key, Card("embedding", spoken(vector), size=length(vector)))
    if isinstance(entry, Mapping) and entry.get("object") == "model":
        card = Card("model", str(entry.get("id", "")), size=length(entry), body=json_body(entry))
        return node(key, card)
    opened = isinstance(entry, Mapping) and entry.get("type", "message") == "message"
    return node(key, item_cards.card(entry, names), opened=opened)


def _vector(entry: Any) -> Any:
    found = entry.get("embedding") if isinstance(entry, Mapping) else None
    return found if is_vector(found) else None


def _end(value: Mapping[str, Any]) -> Node:
    """What stands around the data: whether there is more, and the tokens."""
    rest = {name: member for name, member in value.items() if name != "data"}
    used = from_responses(value.get("usage")) or from_chat(value.get("usage"))
    said = [Span(f"{tokens(used.input_tokens or 0)} in", Tone.DIM)] if used else []
    if value.get("has_more") is True:
        return Node("/has_more", row(Span("⋯ there are more ", Tone.WARN), *said), body=json_body(rest))
    return Node("/has_more", row(Span("── all ──  ", Tone.FAINT), *said), body=json_body(rest))
