"""Conversations of either API: what the person said, and what the tools gave back since."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.simulator.ask import conversation


def said(role: str, text: str) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


def test_responses_input() -> None:
    items = [
        said("developer", "rules"),
        said("user", "<environment_context>here</environment_context>"),
        said("user", "first"),
        {"type": "function_call", "call_id": "a"},
        {"type": "function_call_output", "call_id": "a", "output": "old"},
        said("assistant", "done"),
        said("user", "second"),
        {
            "type": "custom_tool_call_output",
            "call_id": "b",
            "output": [{"type": "input_text", "text": "new"}],
        },
    ]
    assert conversation({"input": items}) == (("first", "second"), ("new",))
    found = {"type": "tool_search_output", "call_id": "c", "tools": []}
    assert conversation({"input": [*items, found]}) == (("first", "second"), ("new", ""))


def test_chat_messages() -> None:
    messages = [
        {"role": "system", "content": "rules"},
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "tool_call_id": "a", "content": "one"},
        {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "two"}]},
    ]
    assert conversation({"messages": messages}) == (("first",), ("one", "two"))


def test_an_image_behind_a_tool_message_is_what_the_tool_showed() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    told: list[dict[str, Any]] = [{"type": "text", "text": "It showed:"}]
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "first"}, image]},
        {"role": "tool", "tool_call_id": "a", "content": ""},
        {"role": "user", "content": [*told, image]},
        {"role": "assistant", "content": "I see."},
    ]
    assert conversation({"messages": messages}) == (("first",), ("",))
    assert conversation({"messages": [*messages[:2], {"role": "user", "content": told}]}) == (
        ("first", "It showed:"),
        (),
    )


@pytest.mark.parametrize(
    ("body", "prompts"),
    [
        ({"input": "just text"}, ("just text",)),
        ({}, ()),
        ({"input": 7}, ()),
        ({"messages": [None, {"role": "user"}]}, ()),
    ],
)
def test_short_and_odd_bodies(body: dict[str, Any], prompts: tuple[str, ...]) -> None:
    assert conversation(body) == (prompts, ())


def test_what_agents_tell_each_other_is_no_prompt_over_a_bridge() -> None:
    parts = [
        {"type": "text", "text": "Message Type: FINAL_ANSWER\nPayload:\n"},
        {"type": "text", "text": "Two."},
    ]
    messages = [{"role": "user", "content": "first"}, {"role": "tool", "content": "one"},
                {"role": "assistant", "content": "hm"}, {"role": "user", "content": parts}]  # fmt: skip
    assert conversation({"messages": messages}) == (("first",), ("one",))
