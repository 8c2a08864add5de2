"""Token counts of both APIs, well-formed and not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.usage import TokenUsage, chat_to_responses, from_chat, from_responses

CHAT = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "total_tokens": 120,
    "prompt_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 3, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 8},
}
RESPONSES = {
    "input_tokens": 100,
    "input_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 3},
    "output_tokens": 20,
    "output_tokens_details": {"reasoning_tokens": 8},
    "total_tokens": 120,
}


def test_both_spellings_say_the_same() -> None:
    assert from_chat(CHAT) == from_responses(RESPONSES) == TokenUsage(100, 64, 20, 8)
    assert chat_to_responses(CHAT) == RESPONSES


@pytest.mark.parametrize(
    "nothing", [None, [], "12", 12, {}, {"prompt_tokens": "12"}, {"prompt_tokens": True}]
)
def test_what_is_no_usage(nothing: Any) -> None:
    assert from_chat(nothing) is None
    assert chat_to_responses(nothing) is None


@pytest.mark.parametrize("count", [2**63, 1e300, float("inf"), float("nan"), True, "5", -1])
def test_what_is_no_count(count: Any) -> None:
    assert from_chat({"prompt_tokens": count, "completion_tokens": 2}) == TokenUsage(output_tokens=2)


def test_missing_counts() -> None:
    usage = {"prompt_tokens": 5.0, "completion_tokens": -1, "prompt_tokens_details": None}
    assert from_chat(usage) == TokenUsage(input_tokens=5)
    translated = chat_to_responses(usage)
    assert translated is not None
    assert (translated["input_tokens"], translated["output_tokens"], translated["total_tokens"]) == (5, 0, 5)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from([*CHAT, "cached_tokens", "reasoning_tokens"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read(usage: Any) -> None:
    translated = chat_to_responses(usage)
    assert (translated is None) == (from_chat(usage) is None)
    if translated is not None:
        assert from_responses(translated) is not None
