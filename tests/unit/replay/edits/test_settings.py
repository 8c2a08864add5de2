"""What stands beside the conversation, changed."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.replay.edits.problem import EditProblem
from inspector.replay.edits.settings import (
    drop_setting,
    drop_tool,
    set_effort,
    set_model,
    set_setting,
    set_tool,
)


def test_settings(body: dict[str, Any]) -> None:
    assert set_model(body, "x")["model"] == "x"
    assert set_setting(body, "top_p", 0.5)["top_p"] == 0.5
    assert "metadata" not in drop_setting(body, "metadata")
    with pytest.raises(EditProblem, match='the request has no "top_p"'):
        drop_setting(body, "top_p")


def test_effort_in_each_api(body: dict[str, Any]) -> None:
    assert set_effort(body, "low")["reasoning"] == {"effort": "low"}
    given = {"reasoning": {"effort": "high", "summary": "auto"}}
    assert set_effort(given, "low")["reasoning"] == {"effort": "low", "summary": "auto"}
    assert set_effort(given, None)["reasoning"] == {"summary": "auto"}
    assert set_effort({"reasoning": "odd"}, "low") == {"reasoning": {"effort": "low"}}
    assert set_effort({"model": "m"}, None) == {"model": "m"}
    chat = {"messages": [], "reasoning_effort": "high"}
    assert set_effort(chat, "low") == {"messages": [], "reasoning_effort": "low"}
    assert set_effort(chat, None) == {"messages": []}


def test_tools(body: dict[str, Any]) -> None:
    tool = {"type": "function", "name": "other"}
    assert set_tool(body, 0, tool)["tools"] == [tool, body["tools"][1]]
    left = drop_tool(body, 1)
    assert (left.body["tools"], left.remark) == ([body["tools"][0]], None)
    assert drop_tool(body, 0).remark == "tool_choice still names shell, which is gone."
    chat = {"tools": [{"type": "function", "function": {"name": "f"}}],
            "tool_choice": {"type": "function", "function": {"name": "f"}}}  # fmt: skip
    assert drop_tool(chat, 0).remark == "tool_choice still names f, which is gone."
    with pytest.raises(EditProblem, match="tools has 2 elements"):
        drop_tool(body, 2)
    with pytest.raises(EditProblem, match='has no "tools"'):
        drop_tool({"model": "m"}, 0)
