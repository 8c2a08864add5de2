"""Reasoning and the message that tells it."""

from __future__ import annotations

from typing import Any

from inspector.protocol.report import Kind
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request


def user(text: str = "u") -> dict[str, Any]:
    return {"role": "user", "content": text}


def said(text: str = "a") -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def call(call_id: str, name: str = "f", **fields: Any) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": "{}", **fields}


def output(call_id: str, value: Any = "out") -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": value}


def thought(text: str = "hm", **fields: Any) -> dict[str, Any]:
    return {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}], **fields}


def thinking(*items: dict[str, Any]) -> ChatTranslation:
    body = {"model": "gpt-4o", "input": list(items)}
    return translate_request(body, Options(reasoning_content=True))


def told(done: ChatTranslation) -> list[str | None]:
    return [message.get("reasoning_content") for message in done.payload["messages"]]


def test_reasoning_goes_to_the_next_message_of_the_assistant_where_the_endpoint_reads_it() -> None:
    done = thinking(
        user(), thought("a"), thought("b"), said(), thought("c"), call("1"), output("1"), thought("d"), said()
    )
    assert told(done) == [None, "a\n\nb\n\nc", None, "d"]
    (row,) = done.report.for_source("/input/1/summary/0")
    assert (row.kind, row.targets) == (Kind.RENAMED, ("/messages/1/reasoning_content",))


def test_its_own_text_comes_before_its_summary_and_what_is_encrypted_stays_behind() -> None:
    content = [{"type": "reasoning_text", "text": "long"}, {"type": "reasoning_text"}]
    done = thinking(thought("short", content=content, encrypted_content="opaque", id="r"), said())
    assert told(done) == ["long"]
    kinds = {row.source: row.kind for row in done.report if (row.source or "").startswith("/input/0/")}
    assert kinds == {
        "/input/0/type": Kind.RENAMED,
        "/input/0/summary/0": Kind.DROPPED,
        "/input/0/content/0": Kind.RENAMED,
        "/input/0/content/1": Kind.DROPPED,
        "/input/0/encrypted_content": Kind.DROPPED,
        "/input/0/id": Kind.DROPPED,
    }


def test_reasoning_that_no_message_follows_is_dropped_by_name() -> None:
    done = thinking(said(), thought(), user(), said(), thought())
    assert told(done) == [None, None, None]
    for at in ("/input/1", "/input/4"):
        (row,) = done.report.for_source(at)
        assert (row.kind, row.loss) == (Kind.DROPPED, True)
        assert "no message of the assistant" in row.reason


def test_reasoning_stays_out_unless_the_endpoint_is_known_to_read_it() -> None:
    assert told(translate_request({"model": "gpt-4o", "input": [thought(), said()]})) == [None]
    assert told(thinking({"type": "reasoning", "encrypted_content": "opaque"}, said())) == [None]
