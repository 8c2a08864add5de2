"""What an event says in a few words."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.events import TimedEvent
from inspector.ui.view.event_words import chunk_words, detail, error_words, item_words, piece_of, usage_words


@pytest.mark.parametrize(
    ("delta", "piece"),
    [
        ({"reasoning_content": "r"}, ("reasoning", "reasoning", "r")),
        ({"content": "c"}, ("content", "content", "c")),
        ({"refusal": "no"}, ("refusal", "refusal", "no")),
        (
            {"tool_calls": [{"index": 1, "function": {"name": "f", "arguments": "{"}}]},
            ("call 1", "call f", "{"),
        ),
        ({"tool_calls": [{"index": 1, "function": 7}]}, ("call 1", "call", "")),
        ({}, ("", "", "")),
        (7, ("", "", "")),
    ],
)
def test_pieces_of_chunks(delta: Any, piece: tuple[str, str, str]):
    assert piece_of({"choices": [{"delta": delta}]}) == piece


def test_items():
    assert item_words({"type": "function_call", "name": "exec"}) == "call exec"
    assert (item_words({"type": "message"}), item_words(7)) == ("message", "item")


def test_errors_wherever_they_are():
    assert error_words({"error": {"code": "c", "message": "m"}}) == "c: m"
    assert error_words({"response": {"error": {"message": "m"}}}) == "m"
    assert error_words({"type": "error", "code": "c", "message": "m"}) == "c: m"
    assert error_words({}) == ""


def test_usage_of_either_api():
    assert usage_words({"input_tokens": 12_000, "output_tokens": 310}) == "12k → 310 tokens"
    assert usage_words({"prompt_tokens": 5, "completion_tokens": 7}) == "5 → 7 tokens"
    assert usage_words(7) == ""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"delta": "x"}, "x"),
        ({"item": {"type": "message"}}, "message"),
        ({"response": {"model": "m"}}, "m"),
        ({"a": 1}, ""),
    ],
)
def test_details(data: dict[str, Any], words: str):
    assert detail(TimedEvent(0, 0.0, "x", data, text="{}")) == words


def test_a_chunk_without_text():
    assert chunk_words({"choices": [{"finish_reason": "stop"}]}) == "finish stop"
    assert "prompt filter" in chunk_words({"choices": [], "prompt_filter_results": [1]})
