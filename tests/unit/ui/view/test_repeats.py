"""What counts as said before, and what becomes of its row."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.ui.view.outline import Node
from inspector.ui.view.repeats import quiet, repeated, repeats
from inspector.ui.view.rows import Span, Tone, row

USER = {"type": "message", "role": "user", "content": "a"}
CALL = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}
TOOL = {"type": "function", "name": "f"}


def test_items_that_were_there_before_are_repeated_wherever_they_stood() -> None:
    found = repeated({"input": [CALL, USER]}, {"input": [USER, CALL, {**USER, "content": "b"}]})
    assert found == {"/input/0", "/input/1", "settings"}


def test_tools_and_settings_are_told_as_a_whole_where_nothing_of_them_changed() -> None:
    body = {"model": "m", "reasoning": {"effort": "low"}, "tools": [TOOL], "instructions": "x"}
    assert repeated(body, {**body, "instructions": "y"}) == {
        "/model", "/reasoning", "/reasoning/effort", "/tools", "/tools/0", "settings",
    }  # fmt: skip


def test_a_setting_of_which_one_member_changed_keeps_the_others() -> None:
    before = {"model": "m", "meta": {"session": "s", "turn": 1}}
    assert repeated(before, {"model": "m", "meta": {"session": "s", "turn": 2}}) == {
        "/model",
        "/meta/session",
    }


def test_an_added_tool_is_new_and_the_others_are_not() -> None:
    found = repeated({"tools": [TOOL]}, {"tools": [TOOL, {"type": "web_search"}]})
    assert found == {"/tools/0", "settings"}


@pytest.mark.parametrize("value", [True, 1, 1.0, "1", None, [1], {"a": 1}])
def test_only_what_is_written_alike_is_the_same(value: Any) -> None:
    assert "/store" in repeated({"store": value}, {"store": value})
    others = [each for each in (True, 1, "1", None, [1], {"a": 1}) if type(each) is not type(value)]
    assert all("/store" not in repeated({"store": each}, {"store": value}) for each in others)


@pytest.mark.parametrize("before", [None, [], "text", {}, {"input": "a", "tools": None}])
def test_malformed_requests_repeat_nothing(before: Any) -> None:
    assert repeated(before, {"input": [USER], "tools": [TOOL], "model": "m"}) == frozenset()
    assert repeated({"model": "m"}, before) <= {"settings"}


def test_a_node_is_repeated_with_all_it_was_made_from() -> None:
    merged = Node("/messages/1", row(""), links=frozenset({"in:/input/1", "in:/input/2", "call:c1"}))
    assert not repeats(merged, frozenset({"/input/1"}))
    assert repeats(merged, frozenset({"/input/1", "/input/2"}))
    assert repeats(Node("settings", row("")), frozenset({"settings"}))
    assert not repeats(Node("headers", row("")), frozenset({"settings"}))


def test_plain_words_go_dim_and_what_warns_does_not() -> None:
    spans = (Span("call", Tone.ROLE), Span("f", Tone.STRONG), Span("✂", Tone.LOSS), Span("✗", Tone.BAD))
    shown = quiet(row(*spans, right="3 B"))
    assert [span.tone for span in shown.left] == [Tone.DIM, Tone.DIM, Tone.LOSS, Tone.BAD]
    assert shown.text == row(*spans, right="3 B").text
