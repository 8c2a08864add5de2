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
        {"content": 5, "reasoning": {}, "tool_calls": {}, "function_call": []},
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
