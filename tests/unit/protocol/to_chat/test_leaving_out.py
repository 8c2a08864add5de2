"""Fields that are not sent because the person says so."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.report import Kind
from inspector.protocol.to_chat.leaving_out import check_names
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request

BODY: dict[str, Any] = {
    "model": "gpt-4o",
    "input": "u",
    "prompt_cache_key": "k",
    "reasoning": {"effort": "low"},
    "stream": True,
}


def translate(*leave_out: str, **fields: Any) -> ChatTranslation:
    return translate_request({**BODY, **fields}, Options(leave_out=leave_out))


def test_a_field_is_left_out_and_told() -> None:
    done = translate("prompt_cache_key", "novel")
    whole = translate().payload
    assert whole.pop("prompt_cache_key") == "k"
    assert done.payload == whole
    (row,) = done.report.for_source("/prompt_cache_key")
    assert (row.kind, row.targets, row.reason) == (Kind.DROPPED, (), "left out, as you asked")
    assert done.error is None


def test_it_is_named_as_chat_names_it_and_what_was_injected_leaves_no_row() -> None:
    done = translate("reasoning_effort", "stream_options", model="o3")
    assert {"reasoning_effort", "stream_options"}.isdisjoint(done.payload)
    (row,) = done.report.for_source("/reasoning/effort")
    assert row.kind is Kind.DROPPED
    assert done.report.for_target("/stream_options") == []


def test_without_a_stream_none_is_asked_for() -> None:
    assert not translate("stream", "stream_options").streams


def test_what_else_a_piece_became_stays() -> None:
    search = {"type": "tool_search_call", "call_id": "1", "arguments": {"query": "q"}}
    found = {
        "type": "tool_search_output",
        "call_id": "1",
        "tools": [{"type": "function", "name": "f"}],
    }
    done = translate("tools", input=[search, found])
    (row,) = done.report.for_source("/input/1/tools/0/type")
    assert (row.kind, row.targets) == (Kind.MAPPED, ("/messages/1/content",))


@pytest.mark.parametrize("name", ["model", "messages"])
def test_no_request_goes_without_a_model_and_messages(name: str) -> None:
    with pytest.raises(ValueError, match=rf"The field '{name}' cannot be left out: .*\.$"):
        check_names(["store", name])
    assert name in translate(name).payload
