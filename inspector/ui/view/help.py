"""The help: what the keys do where one is now, in groups, the ones for what has the keys first."""

from __future__ import annotations

from collections.abc import Iterable

from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Head, Row, Span, Tone

KEYS_WIDTH = 12

_TITLES = {
    "filter": "Filter",
    "sessions": "Sessions",
    "exchange": "Exchange",
    "diff": "Comparison",
    "timeline": "Timeline",
    "events": "Events",
    "pane": "Panes",
    "search": "Search in a pane",
    "copy": "Copies",
    "list": "Rows",
    "guide": "Setting up",
    "app": "App",
}


def help_nodes(entries: Iterable[tuple[str, str, str]]) -> list[Node]:
    """A node a group, its actions below: `entries` are the id, the keys and the words of each."""
    groups: dict[str, list[Node]] = {}
    for id, keys, about in entries:
        groups.setdefault(id.partition(".")[0], []).append(Node(id, _row(keys, about)))
    order = sorted(groups, key=lambda name: list(_TITLES).index(name) if name in _TITLES else -1)
    return [
        Node(
            f"group {name}", _title(_TITLES.get(name, name.capitalize())), branches=groups[name], opened=True
        )
        for name in order
    ]


def _title(words: str) -> Row:
    return Row((Span(words, Tone.STRONG),))


def _row(keys: str, about: str) -> Head:
    return lambda _width, _opened: Row((Span(f"{keys:<{KEYS_WIDTH}} ", Tone.ACCENT), Span(about)))
