"""A chat payload held against its models and the endpoints' rule for calls."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.chat import validate


def call(call_id: str) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "f", "arguments": "{}"}}


def asked(*call_ids: str) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": [call(call_id) for call_id in call_ids]}


def answer(call_id: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": "out"}


USER = {"role": "user", "content": "u"}


@pytest.mark.parametrize(
    ("messages", "pointers"),
    [
        ([USER, asked("1", "2"), answer("2"), answer("1"), USER], []),
        ([], ["/messages"]),
        ([{"role": "critic", "content": "u"}], ["/messages/0"]),
        ([{"role": "user"}], ["/messages/0/content"]),
        ([asked("1"), USER], ["/messages/0/tool_calls/0"]),
        ([asked("1", "2"), answer("1")], ["/messages/0/tool_calls/1"]),
        ([asked("1"), USER, answer("1")], ["/messages/0/tool_calls/0", "/messages/2"]),
        ([answer("1")], ["/messages/0"]),
        ([asked("1"), answer("1"), answer("1")], ["/messages/2"]),
    ],
)
def test_messages(messages: list[Any], pointers: list[str]) -> None:
    assert [problem.pointer for problem in validate({"model": "m", "messages": messages})] == pointers


def test_the_rest_of_a_payload() -> None:
    assert [problem.pointer for problem in validate({"messages": [USER], "tools": [{"type": "custom"}]})] == [
        "/model",
        "/tools/0/type",
        "/tools/0/function",
    ]
    assert validate(5)[0].pointer == ""
