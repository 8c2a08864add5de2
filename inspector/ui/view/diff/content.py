"""A comparison as the screen shows it: of the requests and of the answers the summary and the sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from inspector.capture.compared import Comparison
from inspector.protocol.compare.change import Change, HeaderChange, PieceChange, ValueChange
from inspector.protocol.compare.dialect import Dialect
from inspector.ui.view.diff.pieces import CHANGED_LINK, item_nodes, tool_nodes
from inspector.ui.view.diff.summary import request_summary, response_summary
from inspector.ui.view.diff.values import value_node, value_nodes
from inspector.ui.view.diff.words import tally
from inspector.ui.view.outline import Node, Sheet
from inspector.ui.view.pretty import JsonRows, pretty
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import group
from inspector.ui.view.text import clean

_GAP = Node("gap", row(""))
_MANY = 12  # changes of a section that is unfolded at first


class Side(Enum):
    """Which part of the exchanges is compared."""

    REQUEST = "request"
    UPSTREAM = "upstream"  # the request as the bridge or a repair sent it on
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class DiffContent:
    """What there is to show, in the order of its parts; `changes` counts what is not routine."""

    comparison: Comparison
    nodes: dict[Side, Sequence[Node]] = field(repr=False)
    changes: dict[Side, int]

    @property
    def sides(self) -> list[Side]:
        """Those that there are."""
        return list(self.nodes)

    def value(self, side: Side) -> Any:
        """The difference as JSON."""
        told = self.comparison
        found = {Side.REQUEST: told.requests, Side.UPSTREAM: told.upstream, Side.RESPONSE: told.responses}
        shown = found[side]
        return None if shown is None else shown.to_json()

    def raw(self, side: Side) -> list[Node]:
        """The difference as JSON, to be read."""
        value = self.value(side)
        return [Sheet("json", lambda width: JsonRows(pretty(value), width))]


def diff_content(comparison: Comparison) -> DiffContent:
    """Make everything that is shown; in the thread that reads."""
    asked_of = {Side.REQUEST: comparison.requests}
    if comparison.upstream is not None:
        asked_of[Side.UPSTREAM] = comparison.upstream
    answered = comparison.responses
    return DiffContent(
        comparison,
        {
            **{side: _request(replace(comparison, requests=asked)) for side, asked in asked_of.items()},
            Side.RESPONSE: _response(comparison),
        },
        {
            **{
                side: _count(asked.items, asked.tools, asked.settings, asked.headers)
                for side, asked in asked_of.items()
            },
            Side.RESPONSE: _count(answered.items, (), answered.settings, answered.headers),
        },
    )


def _request(comparison: Comparison) -> list[Node]:
    found = comparison.requests
    title = "messages" if found.dialect is Dialect.CHAT else "items"
    return [
        *request_summary(comparison),
        _GAP,
        *_values("settings", "settings", found.settings),
        *_pieces("tools", "tools", found.tools, tool_nodes("tools", found.tools)),
        *_pieces("items", title, found.items, item_nodes("items", found.items, found.dialect)),
        *_headers(found.headers),
    ]


def _response(comparison: Comparison) -> list[Node]:
    found = comparison.responses
    return [
        *response_summary(comparison),
        _GAP,
        *_pieces("output", "output", found.items, item_nodes("output", found.items)),
        *_values("fields", "fields", found.settings),
        *_values("usage", "usage", _of_usage(found.usage), base=1),
        *_headers(found.headers),
    ]


def _of_usage(changes: Sequence[ValueChange]) -> list[ValueChange]:
    """A usage that only one side has was added, or vanished."""
    told = []
    for one in changes:
        if one.old == one.new == "/usage" and None in (one.before, one.after):
            if one.before is None:
                told.append(ValueChange(Change.ADDED, None, one.new, None, one.after))
            else:
                told.append(ValueChange(Change.VANISHED, one.old, None, one.before, None))
        else:
            told.append(one)
    return told


def _count(
    items: Sequence[PieceChange],
    tools: Sequence[PieceChange],
    settings: Sequence[ValueChange],
    headers: Sequence[HeaderChange],
) -> int:
    pieces = sum(piece.change is not Change.KEPT for piece in (*items, *tools))
    values = sum(not one.routine for one in settings)
    return pieces + values + sum(not header.routine for header in headers)


def _pieces(section: str, title: str, pieces: Sequence[PieceChange], nodes: list[Node]) -> list[Node]:
    if not pieces:
        return []
    changed = any(piece.change is not Change.KEPT for piece in pieces)
    return [group(section, title, nodes, detail=tally(piece.change for piece in pieces), opened=changed)]


def _values(section: str, title: str, changes: Sequence[ValueChange], base: int = 0) -> list[Node]:
    told = [one for one in changes if not one.routine]
    routine = [one for one in changes if one.routine]
    branches = value_nodes(section, told, base)
    for node in branches:
        node.links = node.links | {CHANGED_LINK}
    return _section(section, title, tally(one.change for one in told), branches,
                    value_nodes(f"{section}:routine", routine))  # fmt: skip


def _headers(headers: Sequence[HeaderChange]) -> list[Node]:
    told, routine = [], []
    for n, header in enumerate(headers):
        node = _header(f"headers#{n}", header)
        if header.routine:
            routine.append(node)
        else:
            node.links = node.links | {CHANGED_LINK}
            told.append(node)
    counts = tally(header.change for header in headers if not header.routine)
    return _section("headers", "headers", counts, told, routine)


def _header(key: str, header: HeaderChange) -> Node:
    if header.parts:
        head = row(Span("≠", Tone.WARN), Span(f" {clean(header.name)}", Tone.KEY))
        return Node(key, head, branches=value_nodes(key, header.parts))
    old = header.name if header.before is not None else None
    new = header.name if header.after is not None else None
    change = ValueChange(header.change, old, new, header.before, header.after)
    return value_node(key, change, clean(header.name))


def _section(section: str, title: str, counts: str, told: list[Node], routine: list[Node]) -> list[Node]:
    """A section with what counts, and folded below it what differs in every request."""
    if not told and not routine:
        return []
    branches = list(told)
    if routine:
        head = row(Span("…", Tone.FAINT), Span(f" {_routine(len(routine))}", Tone.DIM))
        branches.append(Node(f"{section}:routine", head, branches=routine))
    detail = counts or _routine(len(routine))
    return [group(section, title, branches, detail=detail, opened=0 < len(told) <= _MANY)]


def _routine(count: int) -> str:
    return f"{count:,} that differ{'s' if count == 1 else ''} every time"
