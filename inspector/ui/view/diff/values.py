"""A value inside a piece, a setting or a header that is not what it was: one node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.protocol.compare.change import Change, ValueChange
from inspector.protocol.compare.text import Line, text_difference
from inspector.ui.view.cards import json_body, text_body
from inspector.ui.view.diff.lines import LONGEST, LineRows
from inspector.ui.view.diff.words import MARKS
from inspector.ui.view.lost import name_of
from inspector.ui.view.outline import Body, Node
from inspector.ui.view.pretty import compact, pretty
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import one_line

CONTEXT = 3  # lines that stay around a change
SHORT = 60  # characters that both values may have to stand on one line
SURE = 30  # ... that fit on it whatever the width: more can be unfolded
OPENED = 4_000  # characters of a difference that is unfolded at first


def value_nodes(key: str, changes: Sequence[ValueChange], base: int = 0) -> list[Node]:
    """Every change; names begin after the first `base` steps of their pointers."""
    return [value_node(f"{key}#{n}", one, _name(one, base)) for n, one in enumerate(changes)]


def value_node(key: str, one: ValueChange, name: str) -> Node:
    """One change; `name` has been cleaned."""
    if one.change is Change.MOVED:
        return Node(key, _head(one.change, name, Span(journey(one.old, one.new), Tone.DIM)))
    if one.change is Change.CHANGED:
        return changed_node(key, name, one.before, one.after)
    value = one.after if one.change is Change.ADDED else one.before
    shown = compact(value)
    is_long = "\n" in shown or len(shown) > SURE or isinstance(value, dict | list)
    head = _head(one.change, name, Span(one_line(shown), Tone.TEXT))
    return Node(key, head, body=_whole(value) if is_long else None)


def changed_node(key: str, name: str, before: Any, after: Any) -> Node:
    """Two values on one line, or their difference line by line; where that is cut, both whole below it."""
    old, new = _text(before), _text(after)
    lines = text_difference(old, new, context=CONTEXT)
    length = len(old) + len(new)
    if length <= SHORT and "\n" not in old + new:
        told = (Span(one_line(old) or '""'), Span(" → ", Tone.DIM), Span(one_line(new) or '""'))
        body = _difference(lines) if length > SURE else None
        return Node(key, _head(Change.CHANGED, name, *told), body=body)
    gone, come = (sum(line.change is change for line in lines) for change in (Change.VANISHED, Change.ADDED))
    head = row(MARKS[Change.CHANGED], Span(f" {name}", Tone.KEY), right=f"-{gone:,} +{come:,} lines")
    is_cut = any(line.skipped or len(line.text) > LONGEST for line in lines)
    whole = [
        Node(f"{key}:{word}", row(Span(f"all of it {word}", Tone.DIM)), body=_whole(value))
        for word, value in (("before", before), ("after", after))
        if is_cut
    ]
    return Node(key, head, body=_difference(lines), branches=whole, opened=_weight(lines) <= OPENED)


def _head(change: Change, name: str, *told: Span) -> Row:
    return row(MARKS[change], Span(f" {name}  ", Tone.KEY), *told)


def _difference(lines: Sequence[Line]) -> Body:
    return lambda width: LineRows(lines, width)


def _weight(lines: Sequence[Line]) -> int:
    return sum(len(line.text) + 1 for line in lines)


def _whole(value: Any) -> Body:
    return text_body(value) if isinstance(value, str) else json_body(value)


def _text(value: Any) -> str:
    """A value as the text that is compared: a short one on one line, as settings are written."""
    if isinstance(value, str):
        return value
    short = compact(value, SHORT)
    return short if len(short) < SHORT else pretty(value)


def _name(one: ValueChange, base: int) -> str:
    pointer = one.new if one.new is not None else one.old or ""
    steps = pointer.split("/")[1 + base :]
    return name_of("/" + "/".join(steps or pointer.split("/")[-1:])) or "all of it"


def journey(old: str | None, new: str | None) -> str:
    """Where something was, and where it is."""
    return f"from {name_of(old or '')} to {name_of(new or '')}"


def moved_node(key: str, old: str | None, new: str | None) -> Node:
    """That a piece was somewhere else."""
    return Node(f"{key}:moved", row(Span(journey(old, new), Tone.DIM)))
