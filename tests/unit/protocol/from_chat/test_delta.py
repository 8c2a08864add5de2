"""The pieces of a delta, in order, in every form that servers use."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.from_chat.delta import pieces_of


def test_the_order_of_an_answer() -> None:
    delta = {
        "tool_calls": [{"index": 0, "function": {"name": "f"}}],
        "refusal": "no",
        "content": "text",
        "reasoning_content": "hm",
        "role": "assistant",
    }
    assert [kind for kind, _ in pieces_of(delta)] == ["reasoning", "text", "refusal", "call"]


@pytest.mark.parametrize(
    "nothing",
    [
        {},
        {"content": ""},
        {"content": None, "refusal": None, "tool_calls": None, "function_call": None, "audio": None},
        {"content": 0, "reasoning": {}, "tool_calls": {}, "function_call": []},
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}, 1]},
        {"content": [], "tool_calls": []},
    ],
)
def test_what_says_nothing(nothing: dict[str, Any]) -> None:
    assert list(pieces_of(nothing)) == []


def test_content_in_parts() -> None:
    parts = [
        "a",
        {"type": "text", "text": "b"},
        {"type": "refusal", "refusal": "c"},
        {"type": "thinking", "thinking": [{"type": "text", "text": "d"}, "e", 1]},
        {"type": "thinking", "thinking": "f"},
        {"type": "image_url", "image_url": {}},
        7,
    ]
    assert list(pieces_of({"content": parts})) == [
        ("text", "a"),
        ("text", "b"),
        ("refusal", "c"),
        ("reasoning", "d"),
        ("reasoning", "e"),
        ("reasoning", "f"),
        ("other", "a content part of type 'image_url' has no counterpart and was left out"),
    ]


def test_the_legacy_call() -> None:
    assert list(pieces_of({"function_call": {"name": "f", "arguments": {}}})) == [
        ("legacy call", ("f", "{}"))
    ]


def test_what_has_no_counterpart_is_told() -> None:
    assert [kind for kind, _ in pieces_of({"annotations": [1], "tool_calls": ["x"]})] == ["other", "other"]


def test_thoughts_in_details_only() -> None:
    details = [{"type": "reasoning.text", "text": "a"}, {"type": "reasoning.summary", "summary": "b"}]
    assert list(pieces_of({"reasoning_details": details})) == [("reasoning", "a"), ("reasoning", "b")]
    assert list(pieces_of({"reasoning_details": details, "reasoning": "c"})) == [("reasoning", "c")]


def test_one_call_that_is_not_in_a_list() -> None:
    ((kind, fragment),) = pieces_of({"tool_calls": {"index": 0.0, "function": {"name": "f"}}})
    assert (kind, fragment.index, fragment.name) == ("call", 0, "f")


@pytest.mark.parametrize("field", ["content", "refusal", "reasoning", "tool_calls", "function_call", "role"])
def test_a_known_field_of_another_form_is_told(field: str) -> None:
    assert list(pieces_of({field: 5})) == [
        ("other", f"the field {field!r} of a delta has a form of its own and was left out")
    ]
