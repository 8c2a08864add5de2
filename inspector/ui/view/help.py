"""The help: what the keys do where one is now, in groups, the ones for what has the keys first; then what the
marks mean.
"""

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
    "replay": "Replay",
    "minimise": "Minimise",
    "edit": "Edit and send",
    "write": "A text",
    "azure": "At Azure",
    "timeline": "Timeline",
    "hold": "Hold",
    "hold-rule": "A rule",
    "hold-answer": "An answer of your own",
    "hold-edit": "What is held, edited",
    "events": "Events",
    "pane": "Panes",
    "search": "Search in a pane",
    "copy": "Copies",
    "list": "Rows",
    "guide": "Setting up",
    "app": "App",
}

_MARKS = (
    ("✓ ⚠ ✗", "it went well; it ended, but not as asked; it failed"),
    ("▶", "it is under way"),
    ("⏸", "it is held until you release it, or its time is up"),
    ("↻2 ✓", "it was tried again twice, and how that ended"),
    ("↺", "you sent it again; ↺2 ✓: twice, and how that ended"),
    ("⊟", "a compaction: the session's history is made shorter"),
    ("↳", "a sub-agent: a session that works for another one"),
    ("◆ ✎", "you marked it, or wrote a note on it"),
    ("✂ → +", "lost, moved or added when a request becomes a chat payload"),
)


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


def mark_nodes() -> list[Node]:
    """The marks that stand beside rows, a row each below their title."""
    rows = [Node(f"mark {marks}", _row(marks, about)) for marks, about in _MARKS]
    return [Node("group marks", _title("Marks"), branches=rows, opened=True)]


def _title(words: str) -> Row:
    return Row((Span(words, Tone.STRONG),))


def _row(keys: str, about: str) -> Head:
    return lambda _width, _opened: Row((Span(f"{keys:<{KEYS_WIDTH}} ", Tone.ACCENT), Span(about)))
