"""The history behind a previous_response_id: read first, and accounted for by the field that named it."""

from __future__ import annotations

from typing import Any

from inspector.protocol.report import Kind, Row
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request

PAST: list[dict[str, Any]] = [
    {"role": "user", "content": "fix it"},
    {"type": "reasoning", "summary": [], "encrypted_content": "opaque"},
    {"type": "function_call", "call_id": "1", "name": "ls", "namespace": "fs", "arguments": "{}"},
]
BODY: dict[str, Any] = {
    "model": "gpt-4o",
    "previous_response_id": "resp_1",
    "input": [{"type": "function_call_output", "call_id": "1", "output": "a.py"}],
}


def translate(history: list[Any] | None, **fields: Any) -> ChatTranslation:
    return translate_request({**BODY, **fields}, Options(history=history))


def field(done: ChatTranslation) -> Row:
    (row,) = done.report.for_source("/previous_response_id")
    return row


def test_without_its_history_the_id_is_rejected_by_name() -> None:
    done = translate(None)
    assert done.error is not None
    assert "'resp_1'" in done.error["error"]["message"]
    assert done.error["error"]["param"] == "previous_response_id"


def test_the_history_comes_first_and_its_calls_are_answered_by_the_input() -> None:
    done = translate(PAST, instructions="be brief")
    assert done.error is None
    assert [message["role"] for message in done.payload["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
    ]
    assert done.payload["messages"][3]["content"] == "a.py"
    row = field(done)
    assert row.kind is Kind.MOVED
    assert row.targets == ("/messages/1", "/messages/2")
    assert row.loss
    assert "encrypted reasoning cannot travel" in row.reason
    assert [one.kind for one in done.report.for_target("/messages/1/content")] == [Kind.INJECTED, Kind.MOVED]
    assert done.tools.restore("fs__ls").namespace == "fs"


def test_a_string_comes_after_the_history() -> None:
    done = translate(PAST[:1], input="and now?")
    assert [message["content"] for message in done.payload["messages"]] == ["fix it", "and now?"]
    assert not field(done).loss


def test_tools_that_the_history_brought_are_offered() -> None:
    tools = {"type": "additional_tools", "tools": [{"type": "function", "name": "f"}]}
    done = translate([tools, *PAST])
    assert [tool["function"]["name"] for tool in done.payload["tools"]] == ["f"]
    assert "/tools/0" not in field(done).targets


def test_what_the_history_cannot_say_is_told_at_the_field_that_named_it() -> None:
    picture = {"type": "input_image", "file_id": "file-7"}
    done = translate([*PAST, {"role": "user", "content": [picture, {"type": "input_text", "text": "look"}]}])
    assert done.error is not None
    assert done.error["error"]["param"] == "previous_response_id"
    assert "file-7" in done.error["error"]["message"]
    assert field(done).kind is Kind.REJECTED
    assert "/messages/3" in field(done).targets


def test_an_empty_history_says_nothing_and_a_history_nobody_asked_for_is_left_out() -> None:
    assert translate([], input="hi").error is None
    assert field(translate([], input="hi")).kind is Kind.DROPPED
    done = translate_request({"model": "gpt-4o", "input": "hi"}, Options(history=PAST))
    assert done.payload["messages"] == [{"role": "user", "content": "hi"}]
