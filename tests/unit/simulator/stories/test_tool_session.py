"""The tool session, asked step by step in the form of either API."""

from __future__ import annotations

import json
from typing import Any

from inspector.simulator.script import Received
from inspector.simulator.service import Service
from inspector.simulator.stories.tool_session import ToolSession

SHELL = {
    "name": "exec_command",
    "parameters": {"type": "object", "properties": {"cmd": {"type": "string"}}},
}


def post(service: Service, target: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = service(Received(0, 0, "POST", target, (), json.dumps(body).encode()))
    assert answer.status == 200
    result: dict[str, Any] = json.loads(answer.body)
    return result


def test_over_responses() -> None:
    service, story = Service(ToolSession()), ToolSession()
    items: list[dict[str, Any]] = [{"role": "user", "content": "Make the greeting friendlier."}]
    kinds = []
    for _ in range(3):
        body = {"input": items, "tools": [{"type": "function", **SHELL}]}
        output = post(service, "/openai/v1/responses", body)["output"]
        kinds.append([item["type"] for item in output])
        items += output
        calls = [item for item in output if item["type"] == "function_call"]
        items += [{"type": "function_call_output", "call_id": c["call_id"], "output": "ok"} for c in calls]
    assert kinds == [["reasoning", "message", "function_call"], ["reasoning", "function_call"], ["message"]]
    commands = [json.loads(item["arguments"])["cmd"] for item in items if item.get("type") == "function_call"]
    assert commands == [story.command, f"apply_patch <<'EOF'\n{story.patch}EOF\n"]
    assert items[-1]["content"][0]["text"] == story.last_words


def test_over_chat() -> None:
    service, story = Service(ToolSession()), ToolSession()
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Make the greeting friendlier."}]
    finishes = []
    for _ in range(3):
        body = {"messages": messages, "tools": [{"type": "function", "function": SHELL}]}
        choice = post(service, "/openai/v1/chat/completions", body)["choices"][0]
        finishes.append(choice["finish_reason"])
        messages.append(choice["message"])
        calls = choice["message"].get("tool_calls", ())
        messages += [{"role": "tool", "tool_call_id": call["id"], "content": "ok"} for call in calls]
    assert finishes == ["tool_calls", "tool_calls", "stop"]
    assert messages[-1]["content"] == story.last_words


def test_a_client_without_tools_gets_the_last_words() -> None:
    output = post(Service(ToolSession()), "/openai/v1/responses", {"input": "hi"})["output"]
    assert [item["type"] for item in output] == ["message"]
