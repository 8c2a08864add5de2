"""Chat requests, compared as Responses requests are: messages, tools, and where the prompt parts."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from inspector.protocol.compare.dialect import Dialect, dialect_of
from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.usage import TokenUsage


def call(number: int, arguments: str = "{}") -> dict[str, Any]:
    function = {"name": "exec_command", "arguments": arguments}
    return {
        "role": "assistant",
        "tool_calls": [{"id": f"c{number}", "type": "function", "function": function}],
    }


def output(number: int, text: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": f"c{number}", "content": text}


TOOL = {"type": "function", "function": {"name": "exec_command", "parameters": {}}}
OLD: dict[str, Any] = {
    "model": "gpt-5.5",
    "reasoning_effort": "low",
    "tools": [TOOL],
    "messages": [
        {"role": "system", "content": "Be brief. " * 500},
        {"role": "user", "content": "fix the flaky test"},
        call(1),
        output(1, "one test failed"),
    ],
}  # fmt: skip


def changed(**members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(OLD), **members}


def messages(*others: dict[str, Any]) -> list[dict[str, Any]]:
    return [*copy.deepcopy(OLD["messages"]), *others]


@pytest.mark.parametrize(
    ("bodies", "dialect"),
    [
        ((OLD, OLD), Dialect.CHAT),
        ((OLD, None), Dialect.CHAT),
        ((OLD, {"input": []}), Dialect.RESPONSES),
        (({"messages": "?"}, {}), Dialect.RESPONSES),
        ((None, [1]), Dialect.RESPONSES),
    ],
)
def test_which_it_is(bodies: tuple[Any, Any], dialect: Dialect) -> None:
    assert dialect_of(*bodies) is dialect
    assert compare_requests(*bodies).dialect is dialect


def test_a_conversation_that_grows() -> None:
    found = compare_requests(OLD, changed(messages=messages({"role": "user", "content": "now the docs"})))
    assert [(str(one.change), one.title) for one in found.items] == [
        ("kept", "message system"), ("kept", "message user"), ("kept", "message assistant"),
        ("kept", "message tool"), ("added", "message user"),
    ]  # fmt: skip
    assert (found.settings, found.prefix.broken, found.compaction) == ((), False, None)
    json.dumps(found.to_json())


def test_a_message_is_known_by_its_calls() -> None:
    new = changed(messages=messages())
    new["messages"][2:] = [call(2), output(2, "fine"), call(1, '{"cmd":"pytest"}'), output(1, "two failed")]
    found = compare_requests(OLD, new)
    assert [(str(one.change), one.old, one.new) for one in found.items][2:] == [
        ("added", None, "/messages/2"),
        ("added", None, "/messages/3"),
        ("changed", "/messages/2", "/messages/4"),
        ("changed", "/messages/3", "/messages/5"),
    ]
    assert found.items[4].parts[0].new == "/messages/4/tool_calls/0/function/arguments"


def test_one_that_vanished_one_that_moved() -> None:
    one, two = ({"role": "user", "content": text} for text in ("first", "second thing"))
    old, new = changed(messages=messages(one, two)), changed(messages=[*messages(two, one)[1:]])
    found = compare_requests(old, new)
    assert sorted(str(item.change) for item in found.items if item.change != "kept") == ["moved", "vanished"]


@pytest.mark.parametrize(
    ("members", "section", "old", "new"),
    [
        ({"response_format": {"type": "json_object"}}, "effort", "/reasoning_effort", None),
        ({"reasoning_effort": "high"}, "effort", "/reasoning_effort", "/reasoning_effort"),
        ({"tools": []}, "tools", "/tools/0", None),
        ({"messages": OLD["messages"][1:]}, "messages", "/messages/0", "/messages/0"),
    ],
)
def test_where_the_prompts_part(
    members: dict[str, Any], section: str, old: str | None, new: str | None
) -> None:
    found = compare_requests(OLD, changed(**members)).prefix
    assert found.broken
    if "response_format" in members:
        assert found.section == "format"
        assert found.new == "/response_format"
    else:
        assert (str(found.section), found.old, found.new) == (section, old, new)


def test_what_a_break_costs_and_that_ids_of_calls_are_no_part_of_the_prompt() -> None:
    usage = TokenUsage(4000, 3000, 10, None)
    other = changed(messages=messages())
    other["messages"][2]["tool_calls"][0]["id"] = other["messages"][3]["tool_call_id"] = "another"
    same = compare_requests(OLD, other, old_usage=usage)
    assert (same.prefix.broken, same.prefix.lost) == (False, 0)
    assert [str(one.change) for one in same.items] == ["kept", "kept", "changed", "changed"]
    other["messages"][0]["content"] = "Be long."
    broken = compare_requests(OLD, other, old_usage=usage).prefix
    assert broken.measured
    assert (broken.section, broken.usable, broken.lost) == ("messages", 0, broken.whole)


def test_a_tool_goes_by_the_name_of_its_function() -> None:
    more = {"type": "function", "function": {"name": "apply_patch"}}
    other = {"type": "function", "function": {"name": "exec_command", "parameters": {"type": "object"}}}
    found = compare_requests(OLD, changed(tools=[more, other])).tools
    assert [(str(one.change), one.title) for one in found] == [
        ("added", "apply_patch"),
        ("changed", "exec_command"),
    ]


def test_what_is_no_message_is_a_piece_all_the_same() -> None:
    odd: list[Any] = [3, "x", None, {"role": 7}, {"role": "assistant", "tool_calls": [3, {"id": 5}]}]
    found = compare_requests({"messages": odd}, {"messages": [*odd, []]})
    assert [str(one.change) for one in found.items] == ["kept"] * 5 + ["added"]
