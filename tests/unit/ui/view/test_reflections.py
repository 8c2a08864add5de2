"""What belongs together: calls to their tool, a tool to its calls, and what is folded away is found."""

from __future__ import annotations

from typing import Any

from inspector.protocol.translate_request import translate_request
from inspector.ui.view.outline import Node
from inspector.ui.view.payload import payload_nodes
from inspector.ui.view.reflections import reflections, wanted
from inspector.ui.view.request import request_nodes

TOOL = {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}}
REQUEST: dict[str, Any] = {
    "model": "m",
    "tools": [TOOL, {"type": "namespace", "name": "files", "tools": [TOOL]}],
    "input": [
        {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "a"},
        {
            "type": "function_call",
            "call_id": "call_2",
            "name": "look",
            "namespace": "files",
            "arguments": "{}",
        },
        {"type": "function_call_output", "call_id": "call_2", "output": "b"},
    ],
}


def keys(nodes: list[Node], links: frozenset[str]) -> list[str]:
    return [way[-1] for way in reflections(nodes, wanted(links))]


def at(nodes: list[Node], *way: str) -> Node:
    for key in way:
        [node] = [node for node in nodes if node.key == key]
        nodes = list(node.below())
    return node


def test_a_call_lights_up_its_tool_and_the_tool_all_of_its_calls():
    translated = translate_request(REQUEST)
    request = request_nodes(REQUEST, ())
    payload = payload_nodes(translated.payload, translated.report, REQUEST, translated.tools)
    call = at(request, "/input/0").links
    assert keys(request, call) == ["/tools/0", "/input/0", "/input/1"]
    assert "out:/tools/0" in keys(payload, call)
    assert "out:/tools/1" not in keys(payload, call)
    spaced = at(request, "/input/2").links
    assert keys(request, spaced) == ["/tools/1/tools/0", "/input/2", "/input/3"]
    assert "out:/tools/1" in keys(payload, spaced)
    assert "out:/tools/0" not in keys(payload, spaced)
    tool = at(request, "/tools", "/tools/0").links
    assert keys(request, tool) == ["/tools/0", "/input/0"]
    sent = at(payload, "/tools", "out:/tools/0").links
    assert keys(request, sent) == ["/tools/0", "/input/0"]


def test_the_way_leads_through_what_is_folded():
    inner = Node("inner", lambda *_: None, links=frozenset(["call:1"]))  # type: ignore[arg-type, return-value]
    unmade = Node("unmade", lambda *_: None, branches=lambda: [inner])  # type: ignore[arg-type, return-value]
    outer = Node("outer", lambda *_: None, branches=[inner], links=frozenset(["call:1"]))  # type: ignore[arg-type, return-value]
    assert list(reflections([unmade, outer], frozenset(["call:1"]))) == [("outer",), ("outer", "inner")]
