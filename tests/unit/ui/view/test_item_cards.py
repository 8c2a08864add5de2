"""Items of a request or an answer as cards."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.ui.view.item_cards import call_name, call_names, card, links

CALL = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "exec",
    "arguments": '{"cmd": "ls"}',
}

SAID = {
    "type": "agent_message",
    "author": "/root",
    "recipient": "/root/x",
    "content": [
        {"type": "input_text", "text": "Payload:\n"},
        {"type": "encrypted_content", "encrypted_content": "Count."},
    ],
}


@pytest.mark.parametrize(
    ("item", "role", "name", "text"),
    [
        ({"type": "message", "role": "user", "content": "hi"}, "user", "", "hi"),
        ({"role": "developer", "content": "hi"}, "developer", "", "hi"),
        (CALL, "call", "exec", '{"cmd": "ls"}'),
        ({"type": "function_call_output", "call_id": "call_1", "output": "done"}, "output", "exec", "done"),
        ({"type": "reasoning", "summary": [{"type": "summary_text", "text": "why"}]}, "reasoning", "", "why"),
        ({"type": "reasoning", "summary": [], "encrypted_content": "gAAA"}, "reasoning", "", "encrypted"),
        ({"type": "additional_tools", "role": "developer", "tools": [1, 2]}, "tools", "", "2 for developer"),
        (SAID, "agent", "/root → /root/x", "Payload:\n\nCount."),
        ({"type": "new_thing", "a": 1}, "new_thing", "", '{"a": 1}'),
    ],
)
def test_a_card_for_each_kind(item: dict[str, Any], role: str, name: str, text: str):
    made = card(item, call_names([CALL]))
    assert (made.role, made.name, made.text) == (role, name, text)


@pytest.mark.parametrize("item", [None, 7, "text", []])
def test_what_is_no_item_is_shown_as_it_is(item: Any):
    assert card(item, {}).body is not None


def test_calls_and_outputs_are_linked():
    assert "call:call_1" in links(CALL)
    assert "call:call_1" in links({"type": "function_call_output", "call_id": "call_1"})
    assert call_name(CALL) == "exec"
