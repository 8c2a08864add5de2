"""Which items of a conversation belong together, in both APIs."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.replay.edits.together import Orphan, groups, is_output, items_of, orphans, partners


def call(call_id: str) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": "f", "arguments": "{}"}


def output(call_id: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": ""}


MESSAGE = {"role": "user", "content": "hi"}
TWO_CALLS = {"role": "assistant", "tool_calls": [{"id": "a"}, {"id": "b"}, {"id": 3}, "odd"]}


def test_calls_and_outputs_are_a_group() -> None:
    items = [MESSAGE, call("a"), call("b"), output("a"), 7, output("b")]
    assert groups(items) == [(0,), (1, 3), (2, 5), (4,)]
    assert partners(items, 3) == (1,)
    assert partners(items, 0) == partners(items, 9) == ()
    assert is_output(items[3])
    assert not is_output(items[1])


def test_a_message_of_chat_holds_all_its_calls_together() -> None:
    answers = [{"role": "tool", "tool_call_id": name, "content": ""} for name in "ba"]
    assert groups([MESSAGE, TWO_CALLS, *answers]) == [(0,), (1, 2, 3)]
    assert groups([*answers, TWO_CALLS]) == [(0, 1, 2)]  # whatever their order


def test_other_kinds_of_calls() -> None:
    for kind in ("custom_tool_call", "local_shell_call", "computer_call"):
        pair = [{"type": kind, "call_id": "a"}, {"type": f"{kind}_output", "call_id": "a"}]
        assert groups(pair) == [(0, 1)]
    search = [{"type": "tool_search_call", "call_id": "a"}, {"type": "tool_search_output", "call_id": "a"}]
    assert groups(search) == [(0, 1)]
    assert groups([{"type": "web_search_call", "id": "a"}, {"type": ["odd"]}]) == [(0,), (1,)]


def test_what_has_lost_its_other_half() -> None:
    items = [output("z"), call("a"), output("a"), output("a"), call("b"), MESSAGE]
    assert orphans(items) == [Orphan(0, "z", is_call=False), Orphan(4, "b", is_call=True)]
    assert orphans([output("a"), call("a")]) == [Orphan(0, "a", is_call=False), Orphan(1, "a", is_call=True)]


def test_a_body_without_a_conversation() -> None:
    assert items_of({"input": "hi"}) == items_of({}) == items_of(3) == []
    assert items_of({"messages": [1]}) == [1]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=8))
def test_every_item_is_in_one_group(kinds: list[tuple[str, bool]]) -> None:
    items = [(call if is_call else output)(name) for name, is_call in kinds]
    found = groups(items)
    assert sorted(n for group in found for n in group) == list(range(len(items)))
    assert len(found) == len({name for name, _ in kinds})
