"""The tool session, asked step by step in the form of either API."""

from __future__ import annotations

import json
from typing import Any

from inspector.simulator.script import Received
from inspector.simulator.service import Service
from inspector.simulator.stories.tool_session import ToolSession

STORY = ToolSession()
SHELL = {
    "name": "exec_command",
    "parameters": {"type": "object", "properties": {"cmd": {"type": "string"}}},
}
VIEWER = {
    "name": "view_image",
    "parameters": {"type": "object", "properties": {"path": {"type": "string"}}},
}
AGENTS = {"type": "namespace", "name": "agents", "tools": [{"type": "function", "name": "list_agents"}]}
SEARCH = {"type": "tool_search", "execution": "client"}
TOOLS = [{"type": "function", **SHELL}, {"type": "custom", "name": "apply_patch"}, SEARCH]


def post(service: Service, target: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = service(Received(0, 0, "POST", target, (), json.dumps(body).encode()))
    assert answer.status == 200
    result: dict[str, Any] = json.loads(answer.body)
    return result


def output_of(call: dict[str, Any]) -> dict[str, Any]:
    kind = call["type"].removesuffix("_call")
    if kind == "tool_search":
        return {"type": "tool_search_output", "call_id": call["call_id"], "tools": [AGENTS]}
    return {"type": f"{call['type']}_output", "call_id": call["call_id"], "output": "ok"}


def test_over_responses() -> None:
    service = Service(STORY)
    items: list[dict[str, Any]] = [{"role": "user", "content": "Make the greeting friendlier."}]
    tools = [*TOOLS, {"type": "function", **VIEWER}]
    kinds = []
    for _ in range(7):
        output = post(service, "/openai/v1/responses", {"input": items, "tools": tools})["output"]
        kinds.append([item["type"] for item in output])
        items += output
        items += [output_of(item) for item in output if item["type"].endswith("_call")]
    assert kinds == [
        ["reasoning", "message", "function_call"],
        ["reasoning", "custom_tool_call"],
        ["tool_search_call"],
        ["message", "function_call"],  # of a namespace, which the search brought
        ["message", "function_call", "function_call", "function_call"],
        ["function_call"],
        ["message"],
    ]
    calls = [item for item in items if item.get("type") == "function_call"]
    commands = [json.loads(call["arguments"])["cmd"] for call in calls if call["name"] == "exec_command"]
    assert commands == [STORY.command, *STORY.at_once]
    [agents] = [call for call in calls if "namespace" in call]
    assert (agents["namespace"], agents["name"]) == ("agents", "list_agents")
    assert json.loads(calls[-1]["arguments"]) == {"path": STORY.image}
    assert items[-1]["content"][0]["text"] == STORY.last_words


def test_over_chat() -> None:
    service = Service(STORY)
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Make the greeting friendlier."}]
    finishes = []
    for _ in range(4):
        body = {"messages": messages, "tools": [{"type": "function", "function": SHELL}]}
        choice = post(service, "/openai/v1/chat/completions", body)["choices"][0]
        finishes.append(choice["finish_reason"])
        messages.append(choice["message"])
        calls = choice["message"].get("tool_calls", ())
        messages += [{"role": "tool", "tool_call_id": call["id"], "content": "ok"} for call in calls]
    assert finishes == ["tool_calls", "tool_calls", "tool_calls", "stop"]
    patch = json.loads(messages[3]["tool_calls"][0]["function"]["arguments"])["cmd"]
    assert patch == f"apply_patch <<'EOF'\n{STORY.patch}EOF\n"
    assert messages[-1]["content"] == STORY.last_words


def test_a_client_without_tools_gets_the_last_words() -> None:
    output = post(Service(STORY), "/openai/v1/responses", {"input": "hi"})["output"]
    assert [item["type"] for item in output] == ["message"]
