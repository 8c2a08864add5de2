"""Who said an item."""

from __future__ import annotations

import pytest

from inspector.formats.codex import items


@pytest.mark.parametrize(
    ("item", "is_of_the_model", "is_output"),
    [
        ({"type": "message", "role": "assistant"}, True, False),
        ({"type": "message", "role": "user"}, False, False),
        ({"type": "custom_tool_call"}, True, False),
        ({"type": "custom_tool_call_output"}, False, True),
        ({"type": {"a": 1}}, False, False),
        ({}, False, False),
    ],
)
def test_it_shows_by_its_type(item: dict[str, object], is_of_the_model: bool, is_output: bool):
    assert (items.is_of_the_model(item), items.is_output(item)) == (is_of_the_model, is_output)


def test_what_codex_keeps_beside_it_is_not_sent():
    assert items.as_sent({"type": "message", "internal_chat": {"a": 1}}) == {"type": "message"}
