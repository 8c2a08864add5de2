"""Limits: what is at one passes, what is beyond it does not."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.limits import Limits, limit_problems

DEFAULTS = Limits()


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth - 1):
        value = {"items": value}
    return value


@pytest.mark.parametrize(
    ("good", "bad", "pointer"),
    [
        ({"temperature": 2}, {"temperature": 2.1}, "/temperature"),
        ({"top_p": 0}, {"top_p": -0.1}, "/top_p"),
        ({"top_logprobs": 20}, {"top_logprobs": 21}, "/top_logprobs"),
        ({"max_output_tokens": 1}, {"max_output_tokens": 0}, "/max_output_tokens"),
        ({"input": [0] * 10_000}, {"input": [0] * 10_001}, "/input"),
        ({"max_tokens": 1}, {"max_tokens": 0}, "/max_tokens"),
        ({"tools": [{}] * 512}, {"tools": [{}] * 513}, "/tools"),
        (
            {"tools": [{"type": "namespace", "tools": [{}] * 300}, *[{}] * 212]},
            {"tools": [{"type": "namespace", "tools": [{}] * 300}, *[{}] * 213]},
            "/tools",
        ),
        (
            {"tools": [{}] * 500, "input": [{"type": "additional_tools", "tools": [{}] * 12}]},
            {"tools": [{}] * 500, "input": [{"type": "tool_search_output", "tools": [{}] * 13}, {}]},
            "/input/0/tools",
        ),
        ({"tools": [{"name": "a-B_9" * 12}]}, {"tools": [{"name": "a.b"}]}, "/tools/0/name"),
        ({"tools": [{"name": "x" * 64}]}, {"tools": [{"name": "x" * 65}]}, "/tools/0/name"),
        (
            {"tools": [{"parameters": nested(100)}]},
            {"tools": [{"parameters": nested(101)}]},
            "/tools/0/parameters",
        ),
        (
            {"text": {"format": {"schema": nested(100)}}},
            {"text": {"format": {"schema": nested(101)}}},
            "/text/format/schema",
        ),
        (
            {"tools": [{"type": "namespace", "tools": [{"name": "f"}]}]},
            {"tools": [{"type": "namespace", "tools": [{"name": ""}]}]},
            "/tools/0/tools/0/name",
        ),
        (
            {"input": [{"type": "additional_tools", "tools": [{"name": "f"}]}]},
            {"input": [{"type": "additional_tools", "tools": [{"name": "f f"}]}]},
            "/input/0/tools/0/name",
        ),
        (
            {"metadata": {str(n): "" for n in range(16)}},
            {"metadata": {str(n): "" for n in range(17)}},
            "/metadata",
        ),
        ({"metadata": {"k" * 64: "v" * 512}}, {"metadata": {"k" * 65: "v"}}, "/metadata/" + "k" * 65),
        ({"metadata": {"k": "v" * 512}}, {"metadata": {"k": "v" * 513}}, "/metadata/k"),
    ],
)
def test_at_the_limit_and_beyond(good: dict[str, Any], bad: dict[str, Any], pointer: str) -> None:
    assert list(limit_problems(good, DEFAULTS)) == []
    assert [problem.pointer for problem in limit_problems(bad, DEFAULTS)] == [pointer]


def test_wrong_types_are_another_rooms_business() -> None:
    body = {
        "temperature": True,
        "top_p": "1",
        "tools": 5,
        "input": "u",
        "metadata": [],
        "max_output_tokens": None,
    }
    assert list(limit_problems(body, DEFAULTS)) == []
    assert list(limit_problems({"tools": [5], "input": [5]}, DEFAULTS)) == []
