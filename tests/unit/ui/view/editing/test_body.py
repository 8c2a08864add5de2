"""A body edited item by item: what a row is, what may be done to it, and back again."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.replay.edits.problem import EditProblem
from inspector.ui.view.editing.body import (
    EditedBody,
    can_be_typed,
    moved,
    with_text,
    with_tool,
    with_value,
    without,
)

BODY: dict[str, Any] = {
    "model": "m",
    "instructions": "Be brief.",
    "reasoning": {"effort": "low"},
    "tools": [{"type": "function", "name": "run", "parameters": {}}],
    "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "function_call", "call_id": "c1", "name": "run", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "ok"},
    ],
}


def test_rows_are_pointers():
    keys = [node.key for node in EditedBody(BODY).nodes()]
    assert keys == ["settings", "/tools", "/instructions", "/input/0", "/input/1", "/input/2"]


def test_what_a_row_is():
    edited = EditedBody(BODY)
    assert [edited.item(key) for key in ("/input/2", "/input/0/content/0", "/input/9", "/tools/0")] == [
        2, 0, None, None,
    ]  # fmt: skip
    assert (edited.tool("/tools/0"), edited.tool("/input/0")) == (0, None)
    assert [edited.is_setting(key) for key in ("/model", "/reasoning/effort", "/input/0", "settings")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert edited.value("/reasoning/effort") == "low"
    assert edited.partners(1) == ["input[2]"]


def test_the_texts_of_a_row():
    edited = EditedBody(BODY)
    assert edited.texts("/input/0") == {"/input/0/content/0/text": "Hi"}
    assert edited.texts("/instructions") == {"/instructions": "Be brief."}
    assert edited.texts("/model") == {}
    assert EditedBody({"input": "Hi"}).texts("/input") == {"/input": "Hi"}


def test_changes_and_back():
    edited = EditedBody(BODY)
    edited.change(with_text("/input/0/content/0/text", "Ho"))
    edited.change(with_value("/reasoning/effort", "high"))
    edited.change(with_tool(0, {"type": "web_search"}))
    assert edited.change(without(edited, "/input/1")) is not None  # its output is still there
    assert edited.body["input"][0]["content"][0]["text"] == "Ho"
    assert (edited.body["reasoning"], edited.body["tools"]) == ({"effort": "high"}, [{"type": "web_search"}])
    edited.change(lambda body: body)  # no change is no step
    assert [edited.undo() for _ in range(5)] == [True] * 4 + [False]
    assert edited.body == BODY


def test_what_can_be_dropped():
    edited = EditedBody(BODY)
    edited.change(without(edited, "/input/1", with_partners=True))
    edited.change(without(edited, "/tools/0"))
    edited.change(without(edited, "/reasoning/effort"))
    assert edited.body == {**BODY, "reasoning": {}, "tools": [], "input": BODY["input"][:1]}
    with pytest.raises(EditProblem):
        without(edited, "settings")


def test_what_can_be_moved():
    edited = EditedBody(BODY)
    there, edit = moved(edited, "/input/0", 1)
    edited.change(edit)
    assert (there, edited.body["input"][1]) == ("/input/1", BODY["input"][0])
    for key, by in (("/input/0", -1), ("/input/2", 1), ("/model", 1)):
        with pytest.raises(EditProblem):
            moved(edited, key, by)


def test_an_input_that_is_a_text():
    edited = EditedBody({"input": "Hi"})
    edited.change(with_text("/input", "Ho"))
    assert edited.body == {"input": "Ho"}


def test_what_cannot_be_typed():
    assert can_be_typed("plain\n\ttext é")
    assert not can_be_typed("\x9b31m")
