"""What belongs together across the panes, by the links that nodes have in common.

    in:POINTER     the piece of the request that something is, or was made from
    call:ID        a call, its output, its events
    item:ID        an item, its events
    answer:N       an item of the answer, and what it is in chat
    tool:NAME      the definition of a tool       calls:NAME     a call of it

A call lights up its tool but not the other calls of it; a tool lights up all of its calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inspector.ui.view.outline import Node


def wanted(links: frozenset[str]) -> frozenset[str]:
    """The links that the counterparts of a node with these links have."""
    found = {link for link in links if not link.startswith("calls:")}
    for link in links:
        kind, _, name = link.partition(":")
        if kind in ("calls", "tool"):
            found.add(f"{'tool' if kind == 'calls' else 'calls'}:{name}")
    return frozenset(found)


def reflections(nodes: Sequence[Node], links: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The ways, key by key, to the nodes that have one of these links, in their order, folded or not.

    What is only made when it is unfolded is not looked into: it has the links of what it is in.
    """
    stack: list[tuple[Node, tuple[str, ...]]] = [(node, ()) for node in reversed(nodes)]
    while stack:
        node, above = stack.pop()
        if not links.isdisjoint(node.links):
            yield (*above, node.key)
        below = node.branches
        if below and not callable(below):
            path = (*above, node.key)
            stack.extend((child, path) for child in reversed(below))
