"""A Responses body held against its models: every problem at its place."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.limits import Limits
from inspector.protocol.responses import error_of, validate


@pytest.mark.parametrize(
    ("body", "pointer", "says"),
    [
        ([], "", "object"),
        ({"input": "u"}, "/model", "required"),
        ({"model": "m", "input": 5}, "/input", "must be a string or a list"),
        ({"model": "m", "stream": "yes"}, "/stream", "must be a boolean"),
        ({"model": "m", "reasoning": {"effort": 5}}, "/reasoning/effort", "string"),
        ({"model": "m", "metadata": {"a/b": 1}}, "/metadata/a~1b", "string"),
        ({"model": "m", "input": [5]}, "/input/0", "object"),
        ({"model": "m", "input": [{"role": "x", "content": "u"}]}, "/input/0/role", "'user'"),
        ({"model": "m", "input": [{"type": "message", "role": "user"}]}, "/input/0/content", "required"),
        (
            {"model": "m", "input": [{"role": "user", "content": [{"type": "input_text"}]}]},
            "/input/0/content/0/text",
            "required",
        ),
        (
            {
                "model": "m",
                "input": [{"type": "function_call", "call_id": "1", "name": "f", "arguments": {}}],
            },
            "/input/0/arguments",
            "string",
        ),
        (
            {
                "model": "m",
                "input": [{"type": "function_call_output", "call_id": "1", "output": [{"type": "refusal"}]}],
            },
            "/input/0/output/0/refusal",
            "required",
        ),
        (
            {"model": "m", "input": [{"type": "additional_tools", "tools": [{"type": "custom"}]}]},
            "/input/0/tools/0/name",
            "required",
        ),
        ({"model": "m", "tools": ["x"]}, "/tools/0", "type"),
        (
            {
                "model": "m",
                "tools": [{"type": "namespace", "name": "n", "tools": [{"type": "function", "name": 1}]}],
            },
            "/tools/0/tools/0/name",
            "string",
        ),
        ({"model": "m", "temperature": 3}, "/temperature", "between 0 and 2"),
    ],
)
def test_each_problem_has_its_pointer(body: Any, pointer: str, says: str) -> None:
    (problem,) = validate(body)
    assert problem.pointer == pointer
    assert says in problem.message
    error = error_of(problem)["error"]
    assert error["code"] == problem.code
    assert error["message"].endswith(problem.message)


def test_what_nobody_knows_yet_is_welcome() -> None:
    body = {
        "model": "m",
        "novel": 1,
        "input": [
            {"type": "novel_item", "content": [{"type": "novel_part"}]},
            {"role": "user", "content": "u", "n": 1},
        ],
        "tools": [{"type": "novel_tool", "name": 5}],
    }
    assert validate(body) == []


def test_limits_can_be_set() -> None:
    assert (
        validate({"model": "m", "input": [{"type": "x"}] * 3}, limits=Limits(items=2))[0].pointer == "/input"
    )
    assert validate({"model": "m"}, size=33_000_000)[0].code == "request_too_large"


def test_what_is_nested_beyond_measure_is_told_or_passed_over() -> None:
    deep: Any = {}
    tool: Any = {"type": "function", "name": "f", "parameters": {}}
    for _ in range(5000):
        deep = [deep]
        tool = {"type": "namespace", "name": "n", "tools": [tool]}
    tools = [tool, {"type": "function", "name": "g", "parameters": {"a": deep}}]
    items = [{"type": "additional_tools", "tools": tools}, {"role": "user", "content": deep}, deep]
    problems = validate({"model": "m", "tools": tools, "input": items, "text": {"format": {"a": deep}}})
    assert [problem.pointer for problem in problems] == [
        "/tools/1/parameters",
        "/input/0/tools/1/parameters",
        "/input/2",
    ]
