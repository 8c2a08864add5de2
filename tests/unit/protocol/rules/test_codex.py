"""What Codex drops in silence."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.rules.codex import check_dropped, check_told_late

CALL = {"type": "function_call", "call_id": "c", "name": "n", "arguments": "{}"}


@pytest.mark.parametrize(
    ("item", "count"),
    [
        (CALL, 0),
        ({**CALL, "arguments": {}}, 1),
        ({"type": "function_call"}, 3),
        ({"type": "custom_tool_call", "call_id": "c", "name": "n", "input": 1}, 1),
        ({"type": "message", "role": "assistant", "content": [{"type": "output_text"}]}, 0),
        ({"type": "message", "role": "assistant", "content": [{"type": "refusal"}]}, 1),
        ({"type": "message", "content": "text"}, 2),
        ({"type": ["unhashable"]}, 0),
    ],
)
def test_items(item: dict[str, Any], count: int) -> None:
    assert [rule for rule, _ in check_dropped(0, item)] == ["codex-drops"] * count


def test_an_output_that_comes_with_the_end_only() -> None:
    assert len(list(check_told_late([CALL]))) == 1
    assert list(check_told_late([])) == list(check_told_late(None)) == []
