"""Two requests of Codex, as a person compares them."""

from __future__ import annotations

import json
from typing import Any

from inspector.protocol.compare.ignore import Ignore
from inspector.protocol.compare.requests import compare_requests
from inspector.simulator.codex_request import Thread


def two_turns() -> tuple[Thread, dict[str, Any], dict[str, str]]:
    thread = Thread("gpt-5.5")
    thread.prompt("fix the flaky test")
    body, headers = json.loads(thread.body()), thread.headers()
    call = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "exec_command", "arguments": "{}"}
    thread.add(call)
    thread.add_output(call, "ok")
    thread.prompt("now the docs")
    return thread, body, headers


def test_the_next_turn_of_a_session() -> None:
    thread, old, headers = two_turns()
    new = json.loads(thread.body())
    found = compare_requests(old, new, old_headers=headers.items(), new_headers=thread.headers().items())
    assert [str(item.change) for item in found.items] == ["kept"] * 3 + ["added"] * 3
    assert {str(tool.change) for tool in found.tools} == {"kept"}
    assert found.settings
    assert all(one.routine for one in found.settings)
    assert [header.name for header in found.headers] == ["x-codex-turn-metadata"]
    assert found.compaction is None
    assert not found.is_empty
    told = found.to_json()
    assert told["items"][0].keys() == {"change", "title", "old", "new", "old_size", "new_size"}
    assert told["items"][5]["after"]["role"] == "user"
    assert told["prefix"]["broken"] is False
    json.dumps(told)


def test_settings_at_their_pointers() -> None:
    _, old, _ = two_turns()
    new = {**old, "reasoning": {"effort": "high", "summary": "auto"}, "truncation": "auto"}
    del new["store"]
    found = compare_requests(old, new)
    assert [(str(one.change), one.old, one.new) for one in found.settings] == [
        ("changed", "/reasoning/effort", "/reasoning/effort"),
        ("vanished", "/store", None),
        ("added", None, "/truncation"),
    ]
    assert not any(one.routine for one in found.settings)


def test_what_is_ignored_is_not_told() -> None:
    _, old, _ = two_turns()
    new = json.loads(json.dumps(old))
    new["input"][0]["id"] = "other"
    new["client_metadata"] = {}
    ignore = Ignore(members=("/client_metadata", "/input/*/id"))
    assert not compare_requests(old, new).is_empty
    assert compare_requests(old, new, ignore=ignore).is_empty


def test_an_input_of_one_string_becomes_a_list() -> None:
    found = compare_requests({"input": "fix it"}, {"input": ["fix it"]})
    assert [(str(item.change), item.old, item.new) for item in found.items] == [
        ("kept", "/input", "/input/0")
    ]
    assert compare_requests({"input": "a"}, {"input": "b"}).settings == ()


def test_what_has_no_items_is_a_setting() -> None:
    for old, new in (({"input": []}, {}), ({"tools": None}, {"tools": []}), ({"tools": 1}, {"tools": [{}]})):
        found = compare_requests(old, new)
        assert [one.old or one.new for one in found.settings] == [f"/{next(iter(old))}"]
    assert [str(one.change) for one in compare_requests({"a": 1}, [1]).settings] == ["changed"]


def test_a_tool_of_an_item_is_told_as_both() -> None:
    def body(*names: str) -> dict[str, Any]:
        tools = [{"type": "function", "name": name} for name in names]
        return {"input": [{"type": "additional_tools", "role": "developer", "tools": tools}]}

    found = compare_requests(body("a", "b"), body("b"))
    assert [(str(tool.change), tool.title) for tool in found.tools] == [("vanished", "a"), ("kept", "b")]
    (item,) = found.items
    assert [(str(part.change), part.old) for part in item.parts] == [("vanished", "/input/0/tools/0")]
