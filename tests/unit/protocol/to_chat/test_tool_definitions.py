"""Every form of tool as a chat function, or dropped by name."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.refusals import Refusals
from inspector.protocol.to_chat.tool_definitions import ToolList
from inspector.protocol.tools import ToolNames, refs_of
from inspector.protocol.translate_request import translate_request


def translate(*tools: Any) -> tuple[list[dict[str, Any]], list[Row], Refusals]:
    rows: list[Row] = []
    refusals = Refusals(rows)
    made = ToolList(ToolNames(refs_of({"tools": list(tools)})), rows, refusals)
    made.add_all(list(tools), "/tools")
    return [tool["function"] for tool in made.tools], rows, refusals


def test_a_function_keeps_what_it_says() -> None:
    schema = {"type": "object", "properties": {}}
    tool = {
        "type": "function",
        "name": "f",
        "description": "d",
        "parameters": schema,
        "strict": False,
        "x": 1,
    }
    functions, rows, _ = translate(tool)
    assert functions == [{"name": "f", "description": "d", "parameters": schema, "strict": False}]
    assert [row.source for row in rows if row.kind is Kind.DROPPED] == ["/tools/0/x"]


def test_nulls_of_a_function_are_left_out() -> None:
    functions, _, refusals = translate(
        {"type": "function", "name": "f", "description": None, "parameters": None, "strict": None}
    )
    assert functions == [{"name": "f"}]
    assert refusals.error() is None


def test_a_custom_tool_takes_its_text_as_input_and_tells_its_grammar() -> None:
    grammar = {"type": "grammar", "syntax": "lark", "definition": "start: PATCH"}
    functions, rows, _ = translate(
        {"type": "custom", "name": "apply_patch", "description": "Edit.", "format": grammar}
    )
    (function,) = functions
    assert function["parameters"]["required"] == ["input"]
    assert function["parameters"]["properties"]["input"]["type"] == "string"
    assert function["description"].startswith("Edit.\n\n")
    assert "lark" in function["description"]
    assert "start: PATCH" in function["description"]
    (row,) = [row for row in rows if row.source == "/tools/0/format"]
    assert (row.kind, row.targets) == (Kind.MOVED, ("/tools/0/function/description",))


def test_the_order_of_description_and_format_does_not_matter() -> None:
    grammar = {"type": "grammar", "syntax": "regex", "definition": "a+"}
    one, _, _ = translate({"type": "custom", "name": "c", "description": "D", "format": grammar})
    other, _, _ = translate({"type": "custom", "name": "c", "format": grammar, "description": "D"})
    assert one == other


def test_free_text_needs_no_words() -> None:
    functions, _, refusals = translate({"type": "custom", "name": "exec", "format": {"type": "text"}})
    assert "description" not in functions[0]
    assert refusals.error() is None


def test_a_namespace_is_one_function_each_and_its_description_goes_with_the_first() -> None:
    inner = [
        {"type": "function", "name": "spawn", "description": "Start one."},
        {"type": "custom", "name": "exec"},
        {"type": "web_search"},
    ]
    functions, rows, _ = translate(
        {"type": "namespace", "name": "agents", "description": "Helpers.", "tools": inner},
        {
            "type": "namespace",
            "name": "functions",
            "description": "",
            "tools": [{"type": "function", "name": "g"}],
        },
    )
    assert [function["name"] for function in functions] == ["agents__spawn", "agents__exec", "functions__g"]
    assert functions[0]["description"] == "[agents: Helpers.]\nStart one."
    assert "description" not in functions[2]
    (name,) = [row for row in rows if row.source == "/tools/0/name"]
    assert name.targets == ("/tools/0/function/name", "/tools/1/function/name")
    (hosted,) = [row for row in rows if row.source == "/tools/0/tools/2"]
    assert (hosted.kind, hosted.loss) == (Kind.DROPPED, True)


def test_more_tools_than_azure_is_reported_to_take_are_sent_and_told() -> None:
    many = [{"type": "function" if n % 2 else "custom", "name": f"f{n}"} for n in range(130)]
    functions, rows, refusals = translate(*many)
    assert (len(functions), refusals.error()) == (130, None)
    told = [row for row in rows if "said to take 128 tools" in row.reason]
    assert [row.source for row in told] == ["/tools/128/type", "/tools/129/type"]
    assert told[0].reason.startswith("Chat knows functions only; number 129: ")
    assert not any(row.loss for row in told)


@pytest.mark.parametrize(
    ("tool", "required"),
    [
        ({"type": "tool_search", "execution": "client"}, ["query"]),
        ({"type": "local_shell"}, ["command"]),
        ({"type": "shell"}, ["commands"]),
        ({"type": "apply_patch"}, ["type", "path"]),
    ],
)
def test_the_clients_own_tools_are_functions_of_their_type(tool: dict[str, Any], required: list[str]) -> None:
    ((function,), rows, _) = translate(tool)
    assert function["name"] == tool["type"]
    assert function["parameters"]["required"] == required
    assert ("/tools/0/function/parameters",) in [row.targets for row in rows if row.kind is Kind.INJECTED]


def test_a_tool_search_keeps_its_own_parameters() -> None:
    schema = {"type": "object", "properties": {"query": {}, "limit": {}}}
    ((function,), _, _) = translate({"type": "tool_search", "execution": "client", "parameters": schema})
    assert function["parameters"] == schema


@pytest.mark.parametrize(
    "kind",
    [
        "web_search",
        "web_search_preview",
        "file_search",
        "code_interpreter",
        "image_generation",
        "mcp",
        "novel",
    ],
)
def test_hosted_tools_are_dropped_by_name(kind: str) -> None:
    functions, (row,), refusals = translate({"type": kind, "filters": {}})
    assert functions == []
    assert (row.kind, row.source, row.loss) == (Kind.DROPPED, "/tools/0", True)
    assert kind in row.reason
    assert refusals.error() is None


def test_a_tool_offered_twice_is_sent_once() -> None:
    functions, rows, _ = translate({"type": "function", "name": "f"}, {"type": "function", "name": "f"})
    assert len(functions) == 1
    (row,) = [row for row in rows if row.source == "/tools/1"]
    assert (row.kind, row.targets) == (Kind.DROPPED, ("/tools/0",))


@pytest.mark.parametrize(
    "tool",
    [
        "web_search",
        {"name": "f"},
        {"type": "function"},
        {"type": "function", "name": "f", "parameters": []},
        {"type": "function", "name": "f", "strict": "yes"},
        {"type": "custom", "name": "c", "format": {"type": "grammar"}},
        {"type": "namespace", "name": "n"},
        {"type": "namespace", "name": "n", "tools": [{"type": "namespace", "name": "m", "tools": []}]},
    ],
)
def test_what_is_no_tool_is_refused(tool: Any) -> None:
    _, rows, refusals = translate(tool)
    error = refusals.error()
    assert error is not None
    assert error["error"]["param"].startswith("tools[0]")
    assert [row.kind for row in rows].count(Kind.REJECTED) == 1


@pytest.mark.parametrize(
    ("environment", "left"), [({"type": "container_auto"}, 0), ({"type": "local"}, 1), (None, 1)]
)
def test_a_shell_in_a_container_of_the_servers_is_a_hosted_tool(environment: Any, left: int) -> None:
    tool = {"type": "shell", "environment": environment}
    done = translate_request({"model": "m", "input": "u", "tools": [tool]})
    assert len(done.payload.get("tools", [])) == left
