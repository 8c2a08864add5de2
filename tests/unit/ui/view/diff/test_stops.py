"""Where the keys for the next and the previous change go."""

from __future__ import annotations

import pytest

from inspector.ui.view.diff.pieces import CHANGED_LINK
from inspector.ui.view.diff.stops import next_stop
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import row


def node(key: str, *below: Node, changed: bool = False) -> Node:
    return Node(key, row(key), branches=below, links=frozenset([CHANGED_LINK] if changed else []))


def never() -> list[Node]:
    raise AssertionError("made without need")


NODES = [
    node("summary"),
    node("a", node("a1", changed=True), Node("kept", row("kept"), branches=never), node("a2", changed=True)),
    node("b", node("b1", node("b11"), changed=True)),
]


@pytest.mark.parametrize(
    ("here", "on", "back"),
    [
        (["summary"], ("a", "a1"), None),
        (["a"], ("a", "a1"), None),
        (["a1", "a"], ("a", "a2"), None),
        (["inside", "kept", "a1"], ("a", "a2"), ("a", "a1")),
        (["b"], ("b", "b1"), ("a", "a2")),
        (["b11", "b1"], None, ("b", "b1")),
        (["b1"], None, ("a", "a2")),
        ([], ("a", "a1"), None),
    ],
)
def test_on_and_back(here: list[str], on: tuple[str, ...] | None, back: tuple[str, ...] | None):
    assert (next_stop(NODES, here, 1), next_stop(NODES, here, -1)) == (on, back)
