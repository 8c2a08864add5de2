"""The delegation, asked step by step by clients with older and newer tools for agents, and by one without."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.simulator.script import Received
from inspector.simulator.service import Service
from inspector.simulator.stories.delegation import Delegation

STORY = Delegation()


def function(name: str, **properties: str) -> dict[str, Any]:
    schemas = {key: {"type": kind} for key, kind in properties.items()}
    return {"type": "function", "name": name, "parameters": {"type": "object", "properties": schemas}}


OLDER = {
    "type": "namespace",
    "name": "multi_agent_v1",
    "tools": [function("spawn_agent", message="string"), function("wait_agent", targets="array")],
}
NEWER = {
    "type": "namespace",
    "name": "collaboration",
    "tools": [
        function("spawn_agent", message="string", task_name="string"),
        function("wait_agent", timeout_ms="number"),
    ],
}
SEARCH = {"type": "tool_search", "execution": "client"}


def ask(
    service: Service, items: list[Any], tools: list[Any], *headers: tuple[str, str]
) -> list[dict[str, Any]]:
    body = {"model": "m", "input": items, "tools": tools}
    answer = service(Received(0, 0, "POST", "/openai/v1/responses", headers, json.dumps(body).encode()))
    output: list[dict[str, Any]] = json.loads(answer.body)["output"]
    return output


def play(tools: list[Any]) -> list[dict[str, Any]]:
    """The calls of one turn; searched for and spawned as Codex does it."""
    service, calls = Service(STORY), []
    items: list[Any] = [{"type": "message", "role": "user", "content": "Greet."}]
    while True:
        said = ask(service, items, tools)
        call = said[-1]
        if not call["type"].endswith("_call"):
            assert call["content"][0]["text"] == STORY.last_words
            return calls
        calls.append(call)
        output: dict[str, Any] = {"type": f"{call['type']}_output", "call_id": call["call_id"]}
        if call["type"] == "tool_search_call":
            output |= {"type": "tool_search_output", "tools": [OLDER]}
        else:
            output["output"] = json.dumps({"agent_id": "a-1"} if call["name"] == "spawn_agent" else {})
        items += [call, output]


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        ([SEARCH], ["tool_search_call", {"message": STORY.task}, {"targets": ["a-1"], "timeout_ms": 10_000}]),
        ([NEWER], [{"message": STORY.task, "task_name": "counter"}, {"timeout_ms": 10_000}]),
        ([function("spawn_agent", message="string")], [{"message": STORY.task}]),
        ([], []),
    ],
)
def test_it_spawns_and_waits_with_the_tools_there_are(tools: list[Any], expected: list[Any]) -> None:
    calls = play(tools)
    assert [
        call["type"] if call["type"] == "tool_search_call" else json.loads(call["arguments"])
        for call in calls
    ] == expected


def test_a_sub_agent_reports() -> None:
    said = ask(Service(STORY), [{"type": "message", "role": "user", "content": STORY.task}], [OLDER],
               ("x-openai-subagent", "collab_spawn"))  # fmt: skip
    assert said[-1]["content"][0]["text"] == STORY.report
