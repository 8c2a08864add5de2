"""What does not count in a comparison: identifiers, times and encrypted blobs that no two runs share."""

from __future__ import annotations

from collections.abc import Iterable
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
        return _normalised(_without(value, _tree(self.members)), _tree(self.json_texts))


NOTHING = Ignore()


def _tree(pointers: Iterable[str]) -> _Tree:
    tree: _Tree = {}
    for pointer in pointers:
        at = tree
        for step in pointer.split("/")[1:]:
            at = at.setdefault(step.replace("~1", "/").replace("~0", "~"), {})
    return tree


def _without(value: Any, tree: _Tree) -> Any:
    if not tree or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [_without(element, _step(tree, str(n)) or {}) for n, element in enumerate(value)]
    kept = {}
    for name, member in value.items():
        below = _step(tree, name)
        if below is None or below:
            kept[name] = _without(member, below or {})
    return kept


def _normalised(value: Any, tree: _Tree | None) -> Any:
    if tree is None:
        return value
    if isinstance(value, dict):
        return {name: _normalised(member, _step(tree, name)) for name, member in value.items()}
    if isinstance(value, list):
        return [_normalised(element, _step(tree, str(n))) for n, element in enumerate(value)]
    if isinstance(value, str) and not tree:
        try:
            return canonical(parse(value))
        except ValueError:
            return value
    return value


def _step(tree: _Tree, name: str) -> _Tree | None:
    """What is said about the inside of a member: None nothing, empty that the member itself is meant."""
    exact, any_one = tree.get(name), tree.get("*")
    if exact is None or any_one is None:
        return any_one if exact is None else exact
    return {**any_one, **exact} if exact and any_one else {}
