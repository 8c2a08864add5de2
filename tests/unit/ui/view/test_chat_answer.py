"""A Response as the chat message that it amounts to."""

from __future__ import annotations

import json

from inspector.protocol.tools import ToolNames
from inspector.ui.view.chat_answer import chat_answer_nodes
from inspector.ui.view.outline import Node

REQUEST = {"tools": [{"type": "namespace", "name": "files", "tools": [{"type": "function", "name": "read"}]}]}
RESPONSE = {
    "id": "resp_1",
    "status": "completed",
    "output": [
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "A look first."}]},
        {"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": "I read it."}]},
        {
            "type": "function_call", "id": "fc_1", "call_id": "call_1", "namespace": "files", "name": "read",
            "arguments": "{}",
        },
        {"type": "web_search_call", "id": "ws_1"},
    ],
    "usage": {"input_tokens": 10, "output_tokens": 4, "total_tokens": 14},
}  # fmt: skip


def heads(nodes: list[Node]) -> list[str]:
    return [node.head(80, False).text for node in nodes]


def test_the_message_its_finish_and_what_it_cannot_hold():
    nodes = chat_answer_nodes(RESPONSE, ToolNames.of_request(REQUEST), goes_on=False)
    rule, message, finish, lost = heads(nodes)
    assert rule == "── the answer, as chat ──"
    assert message.startswith("assistant")
    assert "I read it." in message
    assert "finish_reason  tool_calls" in finish
    assert "10 → 4 tokens" in finish
    assert lost == "✂ left out  1"
    assert nodes[3].body(80)[0].text.startswith("Item 3")
    below = heads(list(nodes[1].below()))
    assert ["A look first." in below[0], "files__read" in below[1]] == [True, True]
    completion = json.loads("".join(line.text for line in nodes[2].body(200)))
    assert completion["object"] == "chat.completion"


def test_it_is_linked_with_the_answer():
    nodes = chat_answer_nodes(RESPONSE, ToolNames.of_request(REQUEST), goes_on=False)
    assert {"item:msg_1", "answer:1"} <= nodes[1].links
    assert "call:call_1" in nodes[1].below()[1].links


def test_one_that_is_not_over_says_whether_more_may_come():
    begun = {"status": "in_progress", "output": RESPONSE["output"][:2]}  # type: ignore[index]
    for goes_on, word in ((True, "not yet"), (False, "none")):
        finish = heads(chat_answer_nodes(begun, ToolNames(), goes_on=goes_on))[2]
        assert finish == f"finish_reason  {word}"


def test_an_answer_of_any_shape():
    for response in ({}, {"output": None}, {"output": [None, 3, {}]}, {"output": [{"type": "message"}]}):
        nodes = chat_answer_nodes(response, ToolNames(), goes_on=False)
        assert heads(nodes)[0] == "── the answer, as chat ──"


def test_one_of_a_moment_says_so():
    nodes = chat_answer_nodes(RESPONSE, ToolNames(), goes_on=True, at=1233)
    assert heads(nodes)[0] == "── the answer at event 1,234, as chat ──"
