"""The payload, with what was lost, moved or added marked where it happened."""

from __future__ import annotations

from typing import Any

from inspector.protocol.translate_request import translate_request
from inspector.ui.view.lost import at
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.payload import count_lost, payload_nodes

REQUEST: dict[str, Any] = {
    "model": "gpt-5.5",
    "instructions": "Be brief.",
    "include": ["reasoning.encrypted_content"],
    "tools": [{"type": "web_search"}, {"type": "function", "name": "exec", "parameters": {}}],
    "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"},
        {"type": "function_call", "call_id": "c", "name": "exec", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "done"},
    ],
}


def nodes_of(request: dict[str, Any]) -> list[Node]:
    translated = translate_request(request)
    return payload_nodes(translated.payload, translated.report, request)


def visible(request: dict[str, Any]) -> list[Node]:
    outline = Outline(nodes_of(request))
    for node in list(outline.visible):
        outline.fold(node, True)
    return outline.visible


def test_what_is_lost_stands_where_it_would_have_been():
    keys = [node.key for node in nodes_of(REQUEST)]
    messages = [key for key in keys if key.startswith(("/messages", "lost:/input")) and "#" not in key]
    assert messages == ["/messages/0", "/messages/1", "lost:/input/1", "/messages/2", "/messages/3"]
    inner = [node.key for node in visible(REQUEST)]
    assert "lost:/include" in inner
    assert inner.index("lost:/tools/0") < inner.index("out:/tools/0")


def test_lost_pieces_have_a_mark_and_a_reason():
    lost = next(node for node in visible(REQUEST) if node.key == "lost:/tools/0")
    assert lost.head(80, False).text.startswith("✂ web_search")
    assert lost.body(60)
    assert count_lost(translate_request(REQUEST).report) >= 3


def test_messages_are_linked_to_the_items_they_came_from():
    by_key = {node.key: node for node in visible(REQUEST)}
    assert "in:/instructions" in by_key["/messages/0"].links
    assert "in:/input/0" in by_key["/messages/1"].links
    assert "call:c" in by_key["/messages/3"].links
    assert "in:/tools/1" in by_key["out:/tools/0"].links


def test_pointers():
    assert at({"a/b": [{"~": 1}]}, "/a~1b/0/~0") == 1
    assert at({"a": 1}, "/a/b") is at([1], "/7") is None
    assert at(REQUEST, "") is REQUEST
