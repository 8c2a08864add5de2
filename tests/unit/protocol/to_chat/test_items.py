"""What items are, and which output answers which call."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.to_chat.items import Outputs, call_id_of, item_type


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"role": "user"}, "message"),
        ({"type": "message", "role": "tool"}, "tool"),
        ({"type": "message"}, "message"),
        ({"type": None, "role": "user"}, "message"),
        ({"id": "msg_1"}, "item_reference"),
        ({"type": "reasoning", "role": "user"}, "reasoning"),
        ({"type": ["message"]}, None),
        ({}, None),
        ("message", None),
    ],
)
def test_types(item: Any, expected: str | None) -> None:
    assert item_type(item) == expected


def test_ids_from_the_best_place() -> None:
    assert call_id_of({"id": "a", "call_id": "b"}) == "b"
    assert call_id_of({"id": "a", "call_id": None}) == "a"
    assert call_id_of({"tool_call_id": "c"}) == "c"
    assert call_id_of({"call_id": ""}) is None


def test_outputs_are_taken_once_in_order() -> None:
    items = [
        {"type": "function_call_output", "call_id": "1"},
        {"type": "message", "role": "assistant"},
        {"type": "function_call_output", "call_id": "1"},
        {"role": "user"},
        {"type": "custom_tool_call_output", "call_id": "2"},
        {"type": "message"},
        "noise",
    ]
    outputs = Outputs(items)
    assert [outputs.take("1"), outputs.take("1"), outputs.take("1"), outputs.take("3")] == [0, 2, None, None]
    assert outputs.left() == [4]
    assert not outputs.is_apart(2, 1)
    assert outputs.is_apart(4, 2)
    assert outputs.is_apart(0, 2)
