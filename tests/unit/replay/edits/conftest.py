"""A request to be edited."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

BODY: dict[str, Any] = {
    "model": "my-gpt5",
    "instructions": "Be brief.",
    "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
        {"type": "function_call", "call_id": "call_1", "name": "shell", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "done"},
        {"type": "message", "role": "user", "content": "again"},
    ],
    "tools": [{"type": "function", "name": "shell"}, {"type": "custom", "name": "apply_patch"}],
    "tool_choice": {"type": "function", "name": "shell"},
    "metadata": {"a.b": "1", "x/y": "2"},
}


@pytest.fixture
def body() -> Iterator[dict[str, Any]]:
    """The request; whatever is done to it in a test, it stays as it is."""
    given = copy.deepcopy(BODY)
    yield given
    assert given == BODY
