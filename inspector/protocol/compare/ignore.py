"""What does not count in a comparison: identifiers, times and encrypted blobs that no two runs share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.protocol.compare.canonical import canonical
from inspector.protocol.json_text import parse

_Tree = dict[str, "_Tree"]


@dataclass(frozen=True, slots=True)
class Ignore:
    """Members that do not count, as pointers in which `*` stands for any one step: `/output/*/id`.

    Only members of objects can be left out; an element of a list keeps its place. `json_texts`: strings in
    which JSON is written (the arguments of a call), of which only the value counts, not its spaces and order.
    `headers` in lower case.
    """

    members: tuple[str, ...] = ()
    json_texts: tuple[str, ...] = ()
    headers: frozenset[str] = frozenset()

    def applied(self, value: Any) -> Any:
        """The value without what does not count; shares with it what is untouched."""
        return _applied(value, _tree(self.members), _tree(self.json_texts))


NOTHING = Ignore()


def _tree(pointers: Iterable[str]) -> Sequence[_Tree]:
    """The pointers' steps, one in the other; an empty tree stands for the place that is meant."""
    tree: _Tree = {}
    for pointer in pointers:
        at = tree
        for step in pointer.split("/")[1:]:
            at = at.setdefault(step.replace("~1", "/").replace("~0", "~"), {})
    return (tree,) if tree else ()


def _applied(value: Any, members: Sequence[_Tree], texts: Sequence[_Tree]) -> Any:
    """Goes as deep as the pointers do; never into what none of them speaks of."""
    if isinstance(value, str) and any(not tree for tree in texts):
        return _respelled(value)
    if not members and not texts:
        return value
    if isinstance(value, list):
        return [_applied(one, _below(members, str(n)), _below(texts, str(n))) for n, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, member in value.items():
        below = _below(members, name)
        if all(below):
            kept[name] = _applied(member, below, _below(texts, name))
    return kept


def _below(trees: Sequence[_Tree], name: str) -> Sequence[_Tree]:
    return [tree[step] for tree in trees for step in (name, "*") if step in tree]


def _respelled(text: str) -> str:
    try:
        return canonical(parse(text))
    except ValueError:
        return text
