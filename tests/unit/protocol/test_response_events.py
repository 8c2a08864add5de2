"""A whole Response as the events that make it."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.conformance import check
from inspector.protocol.response_events import ending, events_of

MESSAGE = {"type": "message", "content": "hello"}
PARTS = {"content": [{"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "b"}, "stray"]}
CALL = {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": "{}"}
CUSTOM = {"type": "custom_tool_call", "call_id": "c2", "name": "apply_patch", "input": "***"}
REASONING = {"type": "reasoning", "summary": [], "encrypted_content": "x"}


@pytest.mark.parametrize(
    "response",
    [
        {},
        {"output": [MESSAGE, PARTS, CALL, CUSTOM, REASONING]},
        {"output": [MESSAGE], "id": "resp_1", "model": "m", "usage": None},
        {"output": "nothing", "status": "queued"},
        {"status": "failed", "error": {"code": "server_error", "message": "no"}},
        {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
    ],
)
def test_they_keep_the_rules(response: dict[str, Any]):
    events = events_of(response, {"model": "asked", "temperature": 1})
    assert [remark for remark in check(events) if remark.rule != "codex-drops"] == []
    last = events[-1]["response"]
    assert last["model"] == response.get("model", "asked")
    assert last["temperature"] == 1
    assert [item["type"] for item in last["output"]] == (
        [item.get("type", "message") for item in response["output"]]
        if isinstance(response.get("output"), list)
        else []
    )


def test_what_they_add_up_to():
    events = events_of({"output": [MESSAGE, CALL]}, {})
    kinds = [event["type"].removeprefix("response.") for event in events]
    assert kinds == [
        "created", "in_progress",
        "output_item.added", "content_part.added", "output_text.delta", "output_text.done",
        "content_part.done", "output_item.done",
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.done",
        "output_item.done", "completed",
    ]  # fmt: skip
    assert events[4]["delta"] == "hello"
    assert events[-1]["response"]["output"][1]["arguments"] == "{}"


@pytest.mark.parametrize("status", ["failed", "incomplete", "completed", "in_progress", None])
def test_how_a_stream_ends(status: str | None):
    kind = status if status in ("failed", "incomplete") else "completed"
    assert ending({"status": status}) == {"type": f"response.{kind}", "response": {"status": status}}
