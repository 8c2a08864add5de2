"""Items changed, dropped and moved without JSON."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.replay.edits.items import drop_item, move_item, set_text, texts_of
from inspector.replay.edits.problem import EditProblem


def kinds(body: dict[str, Any]) -> list[str]:
    return [item["type"] for item in body["input"]]


def test_the_texts_of_items(body: dict[str, Any]) -> None:
    items = body["input"]
    assert list(texts_of(items[0], "/input/0")) == [("/input/0/content/0/text", "hi")]
    assert list(texts_of(items[2], "/input/2")) == [("/input/2/arguments", "{}")]
    assert list(texts_of(items[3], "/input/3")) == [("/input/3/output", "done")]
    assert list(texts_of(items[4], "/input/4")) == [("/input/4/content", "again")]
    assert list(texts_of(items[1], "/input/1")) == list(texts_of(7, "/input/1")) == []


def test_a_text_is_changed(body: dict[str, Any]) -> None:
    changed = set_text(body, "/input/0/content/0/text", "100")
    assert changed["input"][0]["content"][0] == {"type": "input_text", "text": "100"}
    assert set_text(body, "/instructions", "")["instructions"] == ""
    with pytest.raises(EditProblem, match=r"input\[0\].content: this is no text"):
        set_text(body, "/input/0/content", "x")


def test_an_item_is_dropped_alone_or_with_what_belongs_to_it(body: dict[str, Any]) -> None:
    alone = drop_item(body, 2)
    assert (kinds(alone.body), alone.gone) == (
        ["message", "reasoning", "function_call_output", "message"],
        (2,),
    )
    assert alone.remark == (
        "input[2] is gone, and its output is still there (input[3]): they belong together."
    )
    assert "its call is still there (input[2])" in str(drop_item(body, 3).remark)
    both = drop_item(body, 3, with_partners=True)
    assert (kinds(both.body), both.gone, both.remark) == (["message", "reasoning", "message"], (2, 3), None)
    assert drop_item(body, 0).remark is None


def test_an_item_is_moved(body: dict[str, Any]) -> None:
    moved = move_item(body, 4, 0)
    assert moved.body["input"] == [body["input"][4], *body["input"][:4]]
    assert moved.remark is None
    assert "a call comes before its output" in str(move_item(body, 2, 3).remark)
    assert move_item(move_item(body, 2, 3).body, 3, 2).remark is None


def test_an_item_that_is_not_there(body: dict[str, Any]) -> None:
    for edit in (lambda: drop_item(body, 5), lambda: move_item(body, 5, 0), lambda: move_item(body, 0, 5)):
        with pytest.raises(EditProblem, match=r"the request has 5 input items, the last is input\[4\]"):
            edit()


def test_messages_of_chat() -> None:
    chat = {"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}
    assert drop_item(chat, 0).body == {"messages": [{"role": "user", "content": "b"}]}
