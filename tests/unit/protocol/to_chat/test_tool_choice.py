"""Which tools may or must be called."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.report import Kind, Row
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request

PLAIN = Options()
TOOL = {"type": "function", "name": "f"}


def translate(model: str = "gpt-4o", *, options: Options = PLAIN, **fields: Any) -> ChatTranslation:
    return translate_request({"model": model, "input": "u", **fields}, options)


def row(done: ChatTranslation, pointer: str) -> Row:
    (found,) = done.report.for_source(pointer)
    return found


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("required", "required"),
        ({"type": "function", "name": "f"}, {"type": "function", "function": {"name": "f"}}),
        ({"type": "custom", "name": "c"}, {"type": "function", "function": {"name": "ns__c"}}),
        (
            {"type": "custom", "name": "c", "namespace": "ns"},
            {"type": "function", "function": {"name": "ns__c"}},
        ),
        ({"type": "tool_search"}, {"type": "function", "function": {"name": "tool_search"}}),
        ({"type": "web_search"}, "auto"),
        ({"type": "function", "name": "gone"}, "auto"),
    ],
)
def test_tool_choice_in_the_payloads_names(choice: Any, expected: Any) -> None:
    tools = [
        TOOL,
        {"type": "namespace", "name": "ns", "tools": [{"type": "custom", "name": "c"}]},
        {"type": "tool_search", "execution": "client"},
        {"type": "web_search"},
    ]
    done = translate(tools=tools, tool_choice=choice)
    assert done.payload["tool_choice"] == expected
    assert row(done, "/tool_choice").loss == (expected == "auto")


def test_allowed_tools() -> None:
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [TOOL, {"type": "web_search"}]}
    done = translate(tools=[TOOL, {"type": "web_search"}], tool_choice=allowed)
    assert done.payload["tool_choice"] == {
        "type": "allowed_tools",
        "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "f"}}]},
    }
    assert row(done, "/tool_choice/tools/1").kind is Kind.DROPPED


def test_an_allowed_namespace_is_all_of_its_tools() -> None:
    inner = [TOOL, {"type": "custom", "name": "c"}, {"type": "web_search"}]
    tools = [TOOL, {"type": "namespace", "name": "ns", "tools": inner}]
    given = [
        {"type": "custom", "name": "c", "namespace": "ns"},
        {"type": "namespace", "name": "ns"},
        {"type": "namespace", "name": "gone"},
        {"type": "namespace"},
    ]
    done = translate(tools=tools, tool_choice={"type": "allowed_tools", "mode": "auto", "tools": given})
    allowed = done.payload["tool_choice"]["allowed_tools"]["tools"]
    assert [tool["function"]["name"] for tool in allowed] == ["ns__c", "ns__f"]
    base = "/tool_choice/allowed_tools/tools"
    assert row(done, "/tool_choice/tools/1").targets == (f"{base}/1", f"{base}/0")
    assert [row(done, f"/tool_choice/tools/{n}").kind for n in (2, 3)] == [Kind.DROPPED] * 2


def test_of_allowed_tools_that_are_all_gone_none_may_be_called() -> None:
    choice = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "mcp", "server_label": "x"}]}
    done = translate(tools=[TOOL], tool_choice=choice)
    assert done.payload["tool_choice"] == "none"
    assert row(done, "/tool_choice").loss
