"""Pieces of a request that did not go on as they were: the marks, and a row for what is gone.

✂  gone; the reason below it             →  said elsewhere, or otherwise, than it was             +  added
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.ui.view import item_cards
from inspector.ui.view.cards import text_body
from inspector.ui.view.outline import Node
from inspector.ui.view.pretty import compact
from inspector.ui.view.provenance import is_index
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean, one_line

SCISSORS = "✂"


def mark(symbol: str) -> Span | None:
    """A mark as a span; none for ""."""
    return Span(symbol, Tone.LOSS) if symbol else None


def lost_node(source: str, reasons: Sequence[str], request: Mapping[str, Any], *, matters: bool) -> Node:
    """A piece that is gone, in the request's words, and why (unfolded where it matters)."""
    value = at(request, source)
    label, text = _words(source, value)
    tone = Tone.LOSS if matters else Tone.DIM
    head = row(Span(SCISSORS, tone), Span(f" {label}", tone), Span(f"  {one_line(text)}", Tone.DIM))
    return Node(
        f"lost:{source}",
        head,
        body=text_body("\n".join(reasons), Tone.DIM) if reasons else None,
        links=frozenset([f"in:{source}"])
        | (item_cards.links(value) if isinstance(value, dict) else frozenset()),
        opened=matters,
    )


def name_of(pointer: str) -> str:
    """A pointer as people write it: `reasoning.summary`."""
    return clean(pointer[1:].replace("/", ".").replace("~1", "/").replace("~0", "~"))


def at(value: Any, pointer: str) -> Any:
    """The value that a JSON pointer names; None when there is none."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and is_index(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _words(source: str, value: Any) -> tuple[str, str]:
    """What to call a lost piece, and the beginning of it."""
    if isinstance(value, dict) and source.startswith("/input"):
        if "/tools/" in source:
            return clean(str(value.get("name") or value.get("type"))), str(value.get("description", ""))
        card = item_cards.card(value, {})
        return clean(" ".join(filter(None, (card.role, card.name)))), card.text
    if isinstance(value, dict) and source.startswith("/tools/"):
        return clean(str(value.get("name") or value.get("type"))), str(value.get("description", ""))
    return name_of(source), compact(value)
