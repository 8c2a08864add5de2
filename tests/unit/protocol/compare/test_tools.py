"""Tools are one list, wherever a request says them."""

from __future__ import annotations

from typing import Any

from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.compare.tools import tools_of


def function(name: str, **rest: Any) -> dict[str, Any]:
    return {"type": "function", "name": name, **rest}


def namespace(name: str, *tools: Any) -> dict[str, Any]:
    return {"type": "namespace", "name": name, "description": "", "tools": list(tools)}


def told(old: Any, new: Any) -> dict[str, str]:
    return {one.title: str(one.change) for one in compare_requests(old, new).tools}


def test_namespaces_and_items_are_opened() -> None:
    inner = [function("exec"), 3, namespace("deeper", function("no"))]
    items = [{"type": "additional_tools", "tools": [namespace("functions", *inner)]}]
    body = {"tools": [function("a"), {"type": "web_search"}, "odd"], "input": ["x", *items]}
    assert [(tool.title, tool.pointer) for tool in tools_of(body)] == [
        ("a", "/tools/0"),
        ("web_search", "/tools/1"),
        ('"odd"', "/tools/2"),
        ("functions", "/input/1/tools/0"),
        ("functions/exec", "/input/1/tools/0/tools/0"),
        ("functions/3", "/input/1/tools/0/tools/1"),
        ("functions/deeper", "/input/1/tools/0/tools/2"),  # the API knows one level
    ]


def test_what_became_of_each() -> None:
    old = {
        "tools": [function("a"), function("b", strict=False), namespace("n", function("c")), function("d")]
    }
    new = {"tools": [function("b", strict=True), namespace("n", function("e")), function("d"), function("a")]}
    assert told(old, new) == {
        "b": "changed",
        "n": "kept",
        "n/c": "vanished",
        "n/e": "added",
        "d": "kept",
        "a": "moved",
    }


def test_tools_of_one_name_stay_apart() -> None:
    old = {"tools": [namespace("n", function("c")), function("c")]}
    new = {"tools": [namespace("n", function("c", strict=True)), function("c")]}
    assert told(old, new) == {"n": "kept", "n/c": "changed", "c": "kept"}


def test_tools_that_went_from_the_list_into_an_item() -> None:
    old = {"tools": [function("a")], "input": []}
    new = {"input": [{"type": "additional_tools", "tools": [function("a")]}]}
    assert told(old, new) == {"a": "kept"}


def test_a_body_that_is_no_request_has_no_tools() -> None:
    assert tools_of([]) == tools_of({"tools": 3, "input": "x"}) == tools_of(None) == []
