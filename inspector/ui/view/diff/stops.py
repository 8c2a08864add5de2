"""From change to change, through what is folded too."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from inspector.ui.view.diff.pieces import CHANGED_LINK
from inspector.ui.view.outline import Node


def next_stop(nodes: Sequence[Node], here: Iterable[str], by: int) -> tuple[str, ...] | None:
    """The way, key by key, to the first change after (1) or before (-1) the place; None: there is no other.

    `here` are the keys of the node at that place and of the visible ones above it, the nearest first: what is
    only made when it is unfolded holds no change, and is not looked into.
    """
    places: dict[str, int] = {}
    stops: list[int] = []
    ways: list[tuple[str, ...]] = []
    stack: list[tuple[Node, tuple[str, ...]]] = [(node, ()) for node in reversed(nodes)]
    while stack:
        node, above = stack.pop()
        way = (*above, node.key)
        if CHANGED_LINK in node.links:
            stops.append(len(places))
            ways.append(way)
        places[node.key] = len(places)
        if not callable(node.branches):
            stack.extend((child, way) for child in reversed(node.branches))
    at = next((places[key] for key in here if key in places), -1)
    found = bisect_right(stops, at) if by > 0 else bisect_left(stops, at) - 1
    return ways[found] if 0 <= found < len(ways) else None
