"""Items and tools of both sides as nodes, in the order of the new side; what was kept is folded away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from inspector.protocol.compare.change import Change, PieceChange, ValueChange
from inspector.protocol.compare.dialect import Dialect
from inspector.ui.view import item_cards, message_cards
from inspector.ui.view.cards import Card, node
from inspector.ui.view.diff.values import journey, moved_node, value_nodes
from inspector.ui.view.diff.words import MARKS, sizes
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import tool_node
from inspector.ui.view.text import clean

CHANGED_LINK = "changed"
"""What nodes are linked to that the keys for the next and the previous change stop at."""

_MANY = 6  # changed pieces that are unfolded at first


def item_nodes(
    section: str, pieces: Sequence[PieceChange], dialect: Dialect = Dialect.RESPONSES
) -> list[Node]:
    """Every item of an input or an output; every message of a chat request."""
    cards = message_cards if dialect is Dialect.CHAT else item_cards
    names = cards.call_names([value_of(piece) for piece in pieces])

    def make(piece: PieceChange, opened: bool) -> Node:
        value = value_of(piece)
        inside = _inside(key_of(section, piece), value) if dialect is Dialect.CHAT else []
        return _item(section, piece, cards.card(value, names), inside, opened)

    return _folded(section, pieces, make)


def tool_nodes(section: str, pieces: Sequence[PieceChange]) -> list[Node]:
    """Every tool."""
    return _folded(section, pieces, lambda piece, opened: _tool(section, piece, opened))


def key_of(section: str, piece: PieceChange) -> str:
    """The key of a piece's node: unique within both sides."""
    return f"{section}:{piece.new}" if piece.new is not None else f"{section}:-{piece.old}"


def value_of(piece: PieceChange) -> Any:
    """The piece as it is, or as it was before it vanished."""
    return piece.before if piece.change is Change.VANISHED else piece.after


def _folded(
    section: str, pieces: Sequence[PieceChange], make: Callable[[PieceChange, bool], Node]
) -> list[Node]:
    """Runs of what was kept as one node each; a single one is shown."""
    few = sum(piece.change is Change.CHANGED for piece in pieces) <= _MANY
    nodes: list[Node] = []
    for kept, group in groupby(pieces, lambda piece: piece.change is Change.KEPT):
        run = list(group)
        if not kept or len(run) == 1:
            nodes.extend(make(piece, few) for piece in run)
            continue
        head = row(Span("…", Tone.FAINT), Span(f" {len(run):,} unchanged", Tone.DIM))
        below = _later(run, make)
        nodes.append(Node(f"{key_of(section, run[0])}:kept", head, branches=below))
    return nodes


def _later(
    run: Iterable[PieceChange], make: Callable[[PieceChange, bool], Node]
) -> Callable[[], Sequence[Node]]:
    return lambda: [make(piece, False) for piece in run]


def _inside(key: str, message: Any) -> list[Node]:
    """What a message holds beside its text: reasoning, calls."""
    thought = message_cards.reasoning_card(message)
    held = [node(f"{key}:reasoning", thought)] if thought is not None else []
    calls = message_cards.calls(message)
    return held + [node(f"{key}:call:{n}", message_cards.call_card(call)) for n, call in enumerate(calls)]


def _item(section: str, piece: PieceChange, card: Card, inside: Sequence[Node], opened: bool) -> Node:
    key = key_of(section, piece)
    parts = _parts(key, piece, [one for one in piece.parts if not _is_of_tools(one)])
    if piece.change in (Change.CHANGED, Change.MOVED) and piece.parts:
        card, inside = replace(card, body=None), ()  # the parts tell it
    if piece.change is Change.MOVED:
        card = replace(card, text=f"{journey(piece.old, piece.new)}: {card.text}")
    return node(key, card, mark=MARKS[piece.change], more=parts or inside,
                opened=opened and bool(piece.parts), links=_links(piece))  # fmt: skip


def _tool(section: str, piece: PieceChange, opened: bool) -> Node:
    key, links = key_of(section, piece), _links(piece)
    if piece.change in (Change.ADDED, Change.VANISHED, Change.KEPT):
        return tool_node(key, value_of(piece), mark=MARKS[piece.change], links=links)
    head = row(
        MARKS[piece.change],
        Span(f" {clean(piece.title)}", Tone.STRONG),
        right=sizes(piece.change, piece.old_size, piece.new_size),
    )
    branches = _parts(key, piece, piece.parts) or ()
    return Node(key, head, branches=branches, links=links, opened=opened)


def _parts(key: str, piece: PieceChange, parts: Sequence[ValueChange]) -> Callable[[], Sequence[Node]] | None:
    """Where it was, if it moved, and what changed inside; texts are compared when it is unfolded."""
    if not parts and piece.change is not Change.MOVED:
        return None
    base = len((piece.new or piece.old or "").split("/")) - 1

    def make() -> list[Node]:
        moved = [moved_node(key, piece.old, piece.new)] if piece.change is Change.MOVED else []
        return [*moved, *value_nodes(key, parts, base)]

    return make


def _is_of_tools(one: ValueChange) -> bool:
    """Whether it is inside the tools that an item brings: they are told among the tools."""
    steps = (one.new or one.old or "").split("/")
    return steps[1] == "input" and "tools" in steps[3:4]


def _links(piece: PieceChange) -> frozenset[str]:
    return frozenset() if piece.change is Change.KEPT else frozenset([CHANGED_LINK])
