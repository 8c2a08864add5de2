"""A chain of responses as one history: each link with what was said to it and what it said."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.replay.links import Link
from inspector.ui.view import item_cards
from inspector.ui.view.cards import node, text_body
from inspector.ui.view.measures import counted
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean

_SPOKEN = ("message", "function_call", "custom_tool_call", None)  # unfolded at first


def chain_nodes(links: Sequence[Link]) -> list[Node]:
    """One node a link, oldest first, its items below it."""
    names: dict[str, str] = {}
    nodes = []
    for link in links:
        items = [*link.said, *link.output]
        names |= item_cards.call_names(items)
        branches = [
            node(f"{link.response_id}/{n}", item_cards.card(item, names), opened=item.get("type") in _SPOKEN)
            for n, item in enumerate(items)
        ]
        why = text_body(clean(link.problem), Tone.WARN) if link.problem else None
        nodes.append(Node(link.response_id, _head(link), body=why, branches=branches, opened=True))
    return nodes


def chain_title(links: Sequence[Link]) -> str:
    """`3 responses, 7 items`, and whether it goes on before them."""
    items = sum(len(link.said) + len(link.output) for link in links)
    here = [link for link in links if not link.problem]
    if not here:
        return "nothing of it is there"
    missing = "" if len(here) == len(links) else ", the beginning is missing"
    return f"{counted(len(here), 'response')}, {counted(items, 'item')}{missing}"


def _head(link: Link) -> Row:
    name = clean(link.response_id)
    if link.problem:
        return row(Span("⚠ ", Tone.WARN), Span(name, Tone.STRONG))
    source = "fetched by exchange" if link.fetched else "exchange"
    number = "not recorded" if link.exchange is None else f"{source} {link.exchange}"
    status = clean(link.status) if link.status not in (None, "completed") else ""
    where = Span(number, Tone.DIM)
    right = (Span(status, Tone.WARN), Span("  "), where) if status else where
    return row(Span(name, Tone.STRONG), right=right)
