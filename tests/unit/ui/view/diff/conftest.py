"""Rows as words, and comparisons to make them of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.compared import Comparison, compare_exchanges
from inspector.capture.model import Exchange, Outcome
from inspector.capture.reader import Reader
from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.compare.responses import compare_responses
from inspector.ui.view.outline import Node, Outline


@pytest.fixture
def words() -> Callable[..., list[str]]:
    """The rows of nodes as they are folded at first, or all of them, each with two blanks a level."""

    def rows(nodes: Sequence[Node], width: int = 80, *, unfold: bool = False) -> list[str]:
        outline = Outline(nodes, width=width)
        stack = list(nodes) if unfold else []
        while stack:
            node = stack.pop()
            outline.folds[node.key] = True
            stack.extend(node.below())
        outline.reflow()
        found = (outline.row(n) for n in range(len(outline)))
        return [f"{'  ' * (depth + bool(line))}{row.text}".rstrip() for row, _, depth, line in found]

    return rows


@pytest.fixture
def exchange() -> Callable[..., Exchange]:
    """Makes an exchange; keywords change it."""

    def make(number: int = 1, **more: Any) -> Exchange:
        told: dict[str, Any] = {
            "id": number, "revision": number, "method": "POST", "url": "https://a.b/responses", "turn": 1,
            "operation": "responses.create", "mode": "observe", "started": 1_790_000_000.0 + number,
            "outcome": Outcome.COMPLETE, "session": "one", "status": 200, "model": "gpt-5.5",
        }  # fmt: skip
        return Exchange(**{**told, **more})

    return make


@pytest.fixture
def compared(exchange: Callable[..., Exchange]) -> Callable[..., Comparison]:
    """Compares two bodies, of requests or of answers."""

    def make(
        old: Any = None,
        new: Any = None,
        *,
        answers: tuple[Any, Any] = (None, None),
        exchanges: tuple[Exchange, Exchange] | None = None,
        **more: Any,
    ) -> Comparison:
        ends = exchanges or (exchange(1), exchange(2))
        return Comparison(*ends, compare_requests(old, new, **more), compare_responses(*answers))

    return make


@pytest.fixture
def recorded(changed: Path) -> Callable[[int, int], Comparison]:
    """Compares two exchanges of the capture in which everything changes."""

    def compare(old: int, new: int) -> Comparison:
        reader = Reader(changed)
        try:
            return compare_exchanges(reader.detail(old), reader.detail(new))
        finally:
            reader.close()

    return compare
