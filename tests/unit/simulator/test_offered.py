"""Tools in every dialect: a shell command and a patch come out as that client's own call."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.simulator.offered import (
    NOBODY,
    Tool,
    agents_call,
    image_call,
    offered,
    patch_call,
    search_call,
    shell_call,
)
from inspector.simulator.reply import Call

PATCH = "*** Begin Patch\n*** Delete File: a\n*** End Patch\n"
COMMAND = "echo 'a \"b\"'"


def function(name: str, **schemas: str) -> dict[str, Any]:
    properties = {key: {"type": kind} for key, kind in schemas.items()}
    return {"type": "function", "name": name, "parameters": {"type": "object", "properties": properties}}


def in_chat(tool: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {key: tool[key] for key in ("name", "parameters")}}


FUNCTIONS = {"tools": [function("exec_command", cmd="string"), {"type": "web_search"}]}
WITH_CUSTOM = {"tools": [function("exec_command", cmd="string"), {"type": "custom", "name": "apply_patch"}]}
SCRIPT = {
    "input": [
        {"type": "message", "role": "user", "content": "hi"},
        {
            "type": "additional_tools",
            "tools": [
                {"type": "namespace", "name": "functions", "tools": [{"type": "custom", "name": "exec"}]}
            ],
        },
    ]
}
OLD = {"tools": [function("shell", command="array", workdir="string")]}
STRING = {"tools": [function("shell_command", command="string")]}
BRIDGED_SCRIPT = {"tools": [in_chat(function("functions__exec", input="string"))]}
BRIDGED_CUSTOM = {
    "tools": [
        in_chat(function("exec_command", cmd="string")),
        in_chat(function("apply_patch", input="string")),
    ]
}


@pytest.mark.parametrize(
    ("request_body", "call"),
    [
        (FUNCTIONS, Call("exec_command", json.dumps({"cmd": COMMAND}))),
        (OLD, Call("shell", json.dumps({"command": ["bash", "-lc", COMMAND]}))),
        (STRING, Call("shell_command", json.dumps({"command": COMMAND}))),
    ],
)
def test_commands_for_shell_functions(request_body: dict[str, Any], call: Call) -> None:
    assert shell_call(offered(request_body), COMMAND) == call


def test_commands_as_a_script() -> None:
    script = f"const run = await tools.exec_command({{ cmd: {json.dumps(COMMAND)} }});\ntext(run.output);\n"
    assert shell_call(offered(SCRIPT), COMMAND) == Call("exec", script, kind="custom", namespace="functions")
    bridged = shell_call(offered(BRIDGED_SCRIPT), COMMAND)
    assert bridged == Call("functions__exec", json.dumps({"input": script}))


def test_patches() -> None:
    assert patch_call(offered(WITH_CUSTOM), PATCH) == Call("apply_patch", PATCH, kind="custom")
    assert patch_call(offered(BRIDGED_CUSTOM), PATCH) == Call("apply_patch", json.dumps({"input": PATCH}))
    script = f"text(await tools.apply_patch({json.dumps(PATCH)}));\n"
    assert patch_call(offered(SCRIPT), PATCH) == Call("exec", script, kind="custom", namespace="functions")


def test_a_patch_without_a_tool_for_it_goes_through_the_shell() -> None:
    call = patch_call(offered(FUNCTIONS), PATCH)
    assert call is not None
    assert json.loads(call.payload) == {"cmd": f"apply_patch <<'EOF'\n{PATCH}EOF\n"}


SEARCH = {"type": "tool_search", "execution": "client", "parameters": {"properties": {"query": {}}}}
AGENTS = {"type": "namespace", "name": "multi_agent_v1", "tools": [function("close_agent", target="string")]}


def test_a_search_and_the_tools_that_it_found() -> None:
    before = {"tools": [SEARCH], "input": []}
    found = {"type": "tool_search_output", "execution": "client", "tools": [AGENTS]}
    assert search_call(offered(before), "agents") == Call("tool_search", '{"query": "agents"}', "tool_search")
    assert agents_call(offered(before)) is None
    call = Call("close_agent", json.dumps({"target": NOBODY}), namespace="multi_agent_v1")
    assert agents_call(offered({**before, "input": [found]})) == call
    hosted = {"tools": [{"type": "tool_search", "execution": "server"}]}
    assert search_call(offered(hosted), "agents") is None


def test_a_search_over_a_bridge_is_a_function() -> None:
    bridged = {"tools": [in_chat(function("tool_search", query="string"))]}
    assert search_call(offered(bridged), "agents") == Call("tool_search", '{"query": "agents"}')


def test_other_agents_are_asked_for_or_nobody_is_ended() -> None:
    listing = {"type": "namespace", "name": "collaboration", "tools": [function("list_agents")]}
    assert agents_call(offered({"tools": [listing, AGENTS]})) == Call(
        "list_agents", "{}", namespace="collaboration"
    )
    bridged = {"tools": [in_chat(function("multi_agent_v1__close_agent", target="string"))]}
    assert agents_call(offered(bridged)) == Call(
        "multi_agent_v1__close_agent", json.dumps({"target": NOBODY})
    )


def test_images() -> None:
    viewer = {"tools": [function("view_image", path="string")]}
    assert image_call(offered(viewer), "a.png") == Call("view_image", '{"path": "a.png"}')
    script = 'image(await tools.view_image({ path: "a.png" }));\n'
    assert image_call(offered(SCRIPT), "a.png") == Call("exec", script, kind="custom", namespace="functions")


def test_a_client_without_tools_for_it_gets_no_call() -> None:
    for body in ({}, {"tools": [function("get_weather", city="string")]}):
        assert shell_call(offered(body), COMMAND) is None
        assert patch_call(offered(body), PATCH) is None
        assert search_call(offered(body), "agents") is None
        assert agents_call(offered(body)) is None
        assert image_call(offered(body), "a.png") is None


def test_odd_tools_are_passed_over() -> None:
    nameless = [None, 7, {"type": "function"}, {"type": "custom", "name": 3}]
    odd = {
        "tools": [*nameless, {"type": "namespace", "tools": "no"}],
        "input": [None, {"type": "additional_tools"}],
    }
    assert offered(odd) == ()
    assert offered({"tools": [{"type": "function", "name": "f", "parameters": {"properties": []}}]}) == (
        Tool("function", "f", None, {}),
    )
