"""Names that stand twice in one object of a JSON text: parsers take the last one, without a word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from inspector.protocol.report import escape


class _Repeating(dict[str, Any]):
    """An object of which the text has more members than there are names."""

    names: tuple[str, ...] = ()


def repeated(text: str) -> Iterator[str]:
    """The pointers of the names that stand more than once; none for a text that is no JSON, or too deep."""
    found: list[_Repeating] = []

    def object_of(members: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(members)
        if len(made) == len(members):
            return made
        repeating = _Repeating(made)
        names = [name for name, _ in members]
        repeating.names = tuple(name for name in made if names.count(name) > 1)
        found.append(repeating)
        return repeating

    try:
        value = json.loads(text, object_pairs_hook=object_of)
    except (ValueError, RecursionError):
        return
    if found:
        yield from _pointers(value)


def _pointers(value: Any) -> Iterator[str]:
    stack = [("", value)]
    while stack:
        at, one = stack.pop()
        if isinstance(one, _Repeating):
            yield from (f"{at}/{escape(name)}" for name in one.names)
        if isinstance(one, dict):
            stack += [(f"{at}/{escape(name)}", member) for name, member in reversed(one.items())]
        elif isinstance(one, list):
            stack += [(f"{at}/{n}", one[n]) for n in range(len(one) - 1, -1, -1)]
