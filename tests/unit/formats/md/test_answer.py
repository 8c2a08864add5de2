"""What was said and called, in each form in which answers come."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.capture.events import timed_events
from inspector.capture.model import Chunk, Leg
from inspector.formats.md.answer import answer_of

CALL = {"type": "function_call", "name": "ls", "namespace": "mcp", "arguments": "{}", "call_id": "c"}
MESSAGE = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]}


@pytest.mark.parametrize(
    ("body", "calls", "has_text"),
    [
        ({"output": [CALL, {"type": "web_search_call"}, MESSAGE]}, ("mcp.ls", "web_search"), True),
        ({"choices": [{"message": {"content": "Hi"}}]}, (), True),
        ({"choices": [{"message": {"tool_calls": [{"function": {"name": "ls"}}]}}]}, ("ls",), False),
        ({"error": {"message": "no"}}, (), False),
        ([1], (), False),
        (None, (), False),
    ],
)
def test_a_whole_body(body: Any, calls: tuple[str, ...], has_text: bool) -> None:
    answer = answer_of([], body)
    assert (answer.calls, answer.has_text, answer.value) == (calls, has_text, body)


def test_a_chat_stream() -> None:
    deltas: list[dict[str, Any]] = [
        {"content": "H"},
        {"content": "i"},
        {"tool_calls": [{"index": 0, "function": {"name": "ls", "arguments": '{"a"'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]},
    ]
    data = [{"id": "x", "choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    data.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    text = "".join(f"data: {json.dumps(one)}\n\n" for one in data)
    answer = answer_of(timed_events((), [Chunk(Leg.RESPONSE, 0, 0.0, text.encode())]), None)
    assert (answer.calls, answer.has_text) == (("ls",), True)
    assert answer.value["choices"]["0"] == {
        "content": "Hi",
        "tool_calls": {"0": {"name": "ls", "arguments": '{"a": 1}'}},
        "finish_reason": "tool_calls",
    }
