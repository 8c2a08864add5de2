"""Answers that are no response: items, embeddings, models, a deletion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from inspector.ui.view.listed import listed
from inspector.ui.view.outline import Node
from inspector.ui.view.plain import plain


def lines(nodes: Sequence[Node]) -> list[str]:
    return [" ".join(line.split()) for line in plain(nodes, 80)]


def told(value: Any) -> tuple[list[str], str]:
    found = listed(value)
    assert found is not None
    return lines(found[0]), found[1]


def test_items_are_cards_and_whether_there_are_more_is_told() -> None:
    items = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi there"}]},
        {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "found"},
    ]
    shown, title = told({"object": "list", "data": items, "has_more": True})
    assert title == "3 items"
    assert [line.split()[0] for line in shown] == ["user", "hi", "call", "output", "⋯"]
    assert "look" in shown[3]  # the output knows the tool that it is of
    assert "there are more" in shown[-1]


def test_embeddings_are_bounded() -> None:
    data = [{"object": "embedding", "index": n, "embedding": [0.5] * 1536} for n in range(2)]
    value = {"object": "list", "data": data, "usage": {"prompt_tokens": 7, "total_tokens": 7}}
    shown, title = told(value)
    assert title == "2 vectors"
    assert all("1,536 numbers: 0.5" in line for line in shown[:2])
    assert "7 in" in shown[-1]
    assert max(map(len, shown)) <= 80


def test_models_are_names() -> None:
    shown, _ = told({"object": "list", "data": [{"id": "gpt-5.5", "object": "model"}, 7]})
    assert "gpt-5.5" in shown[0]


def test_a_deletion_is_a_line() -> None:
    assert told({"id": "resp_1", "object": "response", "deleted": True}) == (["✓ deleted resp_1"], "")


@pytest.mark.parametrize(
    "value",
    [None, [], "x", {}, {"object": "list"}, {"object": "list", "data": {}}, {"deleted": True}, {"id": "x"}],
)
def test_other_values_are_none_of_ours(value: Any) -> None:
    assert listed(value) is None


@pytest.mark.parametrize(
    "entry", [None, 7, "x", [], {}, {"embedding": "%%%"}, {"type": 7}, {"object": "model"}]
)
def test_odd_entries_are_shown_somehow(entry: Any) -> None:
    shown, title = told({"object": "list", "data": [entry], "has_more": "yes", "usage": "no"})
    assert len(shown) >= 2
    assert title.startswith("1 ")
