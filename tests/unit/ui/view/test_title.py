"""What a request is about: the last thing the user said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.ui.view.title import title_of


def said(text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "input_text", "text": text}]}


def told(kind: str, payload: str) -> dict[str, Any]:
    head = {"type": "input_text", "text": f"Message Type: {kind}\nSender: /root\nPayload:\n"}
    return {
        "type": "agent_message",
        "content": [head, {"type": "encrypted_content", "encrypted_content": payload}],
    }


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ({"input": "Hello\nthere"}, "Hello there"),
        ({"input": [said("first"), said("second"), {"type": "reasoning"}]}, "second"),
        ({"input": [said("Fix it."), said("<environment_context>")]}, "Fix it."),
        ({"messages": [{"role": "user", "content": "chat"}]}, "chat"),
        ({"input": [said("Fix it."), told("NEW_TASK", "Count.")]}, "Count."),
        ({"input": [said("Fix it."), told("NEW_TASK", "gAAAABo")]}, "Fix it."),
        ({"input": [said("Fix it."), told("FINAL_ANSWER", "Two.")]}, "Fix it."),
        ({"input": [said("Fix it."), {"type": "agent_message"}]}, "Fix it."),
        ({"input": [7, {"role": "user", "content": 7}]}, "7"),
        ({"input": []}, None),
        ({}, None),
        ([], None),
    ],
)
def test_titles(body: Any, title: str | None):
    assert title_of(json.dumps(body).encode()) == title


def test_a_body_that_is_no_json_has_none():
    assert title_of(b"\xff{") is None
