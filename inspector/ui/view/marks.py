"""What a repair changed in a request, by the places where the pane shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.protocol.repair import Change
from inspector.protocol.report import Kind, related
from inspector.ui.view.cards import text_body
from inspector.ui.view.lost import at, lost_node, mark, name_of
from inspector.ui.view.outline import Node
from inspector.ui.view.pretty import compact
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean, one_line

SHORT = 60  # characters of a value that was there before


class Marks:
    """The changes of a request by pointers into what it became; without any, a request as it came."""

    def __init__(self, changes: Sequence[Change] = (), source: Mapping[str, Any] | None = None) -> None:
        self._source = source or {}
        self._made = [(target, change) for change in changes for target in change.targets]
        self._gone = [change for change in changes if not change.targets and change.source is not None]

    def mark(self, key: str) -> Span | None:
        """`+` where all of it was added, `→` where something of it was changed."""
        found = [(target, change) for target, change in self._made if within(target, key)]
        if not found:
            return None
        added = all(change.kind is Kind.INJECTED and target == key for target, change in found)
        return mark("+" if added else "→")

    def notes(self, key: str) -> list[Node]:
        """A row for each change of that piece, to stand below it: by which rule, what it was, and why."""
        return [
            self._note(f"{target}#{change.rule}", change)
            for target, change in self._made
            if within(target, key)
        ]

    def links(self, key: str) -> frozenset[str]:
        """What the piece shares with the request's nodes: where it stood there."""
        sources = [change.source for target, change in self._made if target == key and change.source]
        return frozenset(f"in:{source}" for source in sources or [key])

    def gone(self, below: str = "") -> list[Node]:
        """What was taken out of the part that `below` points to; of the settings where it is ""."""
        return [
            lost_node(str(change.source), [f"{change.rule}: {change.text}"], self._source, matters=True)
            for change in self._gone
            if _part(str(change.source)) == below
        ]

    def _note(self, key: str, change: Change) -> Node:
        was = ""
        if change.source in change.targets:
            before = compact(at(self._source, str(change.source)), SHORT)
            was = f"{name_of(str(change.source)).rpartition('.')[2]} was {before or 'empty'}"
        elif change.source is not None:
            was = f"was {name_of(change.source)}"
        head = row(
            Span("  "),
            Span(clean(change.rule), Tone.KEY),
            Span(f"  {one_line(was)}" if was else "", Tone.DIM),
        )
        return Node(key, head, body=text_body(change.text, Tone.DIM), opened=True)


def within(target: str, key: str) -> bool:
    """Whether a change at `target` is one of the piece that `key` names."""
    return related(target, key) and len(target) >= len(key)


def _part(source: str) -> str:
    first = source.split("/")[1]
    return f"/{first}" if first in ("input", "tools") else ""


NONE = Marks()
"""For a request as it came."""
