"""The report of a repair: its changes, and for all the rest where in the final body it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from inspector.protocol.families import Family
from inspector.protocol.repairs.draft import Change
from inspector.protocol.report import Kind, Report, Row, escape

_UNFOLDED = ("", "/input", "/tools")
"""What is told piece by piece even where nothing in it changed: fields, items and tools."""


def account(source: Any, changes: Sequence[Change], family: Family) -> Report:
    """Rows that cover each leaf of `source` exactly once, in its order; then what was added."""
    changed = {change.source: change for change in changes if change.source is not None}
    added = [target for change in changes if change.source is None for target in change.targets]
    unfolded, grown = {*_UNFOLDED, *_around(changed)}, _around(added)
    rows: list[Row] = []
    stack: list[tuple[str, str, Any]] = [("", "", source)]  # no recursion, nesting may be deep
    while stack:
        at, target, value = stack.pop()
        change = changed.get(at)
        if change is not None:
            rows.append(_row(change))
        elif (at in unfolded or target in grown) and isinstance(value, dict) and value:
            keys = [(escape(key), member) for key, member in value.items()]
            stack.extend((f"{at}/{key}", f"{target}/{key}", member) for key, member in reversed(keys))
        elif (at in unfolded or target in grown) and isinstance(value, list) and value:
            stack.extend(reversed(_entries(value, at, target, changed)))
        else:
            unknown = at == "/model" and not family.known
            reason = "an unknown model family: nothing is left out for its sake" if unknown else ""
            rows.append(Row(Kind.MAPPED, at, (target,), reason))
    rows += [_row(change) for change in changes if change.source is None]
    return Report(rows)


def _around(pointers: Iterable[str]) -> set[str]:
    """All places around these."""
    found = set()
    for pointer in pointers:
        while pointer:
            pointer = pointer.rpartition("/")[0]
            found.add(pointer)
    return found


def _entries(
    value: list[Any], at: str, target: str, changed: dict[str, Change]
) -> list[tuple[str, str, Any]]:
    """A list's entries with their pointers: each moves up by as many as were dropped before it."""
    entries = []
    place = 0
    for n, one in enumerate(value):
        here = f"{at}/{n}"
        entries.append((here, f"{target}/{place}", one))
        dropped = here in changed and changed[here].kind is Kind.DROPPED
        place += not dropped
    return entries


def _row(change: Change) -> Row:
    return Row(change.kind, change.source, change.targets, change.text)
