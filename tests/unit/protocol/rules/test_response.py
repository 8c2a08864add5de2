"""The Response that an ending carries."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.rules.response import check_ending, check_output

DONE = {"status": "completed"}
USAGE = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}


@pytest.mark.parametrize(
    ("kind", "response", "rules"),
    [
        ("completed", DONE, []),
        ("completed", {"status": "failed"}, ["status"]),
        ("completed", {**DONE, "usage": USAGE}, []),
        ("completed", {**DONE, "usage": {**USAGE, "input_tokens": "1"}}, ["usage"]),
        ("completed", {**DONE, "usage": {**USAGE, "input_tokens_details": {"cached_tokens": 0}}}, []),
        ("completed", {**DONE, "usage": {**USAGE, "input_tokens_details": {}}}, ["usage"]),
        ("completed", {**DONE, "usage": {**USAGE, "output_tokens_details": []}}, ["usage"]),
        ("failed", {"status": "failed", "error": {"message": "m"}}, []),
        ("failed", {"status": "failed", "error": {"code": "m"}}, ["status"]),
        ("incomplete", {"incomplete_details": {"reason": "content_filter"}}, []),
        ("incomplete", {"incomplete_details": {"reason": "because"}}, ["status"]),
    ],
)
def test_endings(kind: str, response: dict[str, Any], rules: list[str]) -> None:
    assert [rule for rule, _ in check_ending(f"response.{kind}", response)] == rules


def test_the_output() -> None:
    item = {"type": "message", "id": "m", "content": []}
    assert list(check_output([item], {0: item})) == []
    for output in (None, [], [7], [{**item, "id": "n"}], [{**item, "content": [1]}]):
        assert [rule for rule, _ in check_output(output, {0: item})] == ["output"]
