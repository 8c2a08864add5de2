"""Where the prompt of one request stops being that of the one before, and what that costs."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from inspector.protocol.compare.prefix import Prefix
from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.usage import TokenUsage
from inspector.simulator.codex_request import Thread


@pytest.fixture
def body() -> dict[str, Any]:
    thread = Thread("gpt-5.5")
    thread.prompt("fix the flaky test " * 200)
    thread.add({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x" * 400})
    call = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "exec_command", "arguments": "{}"}
    thread.add(call)
    thread.add_output(call, "one test failed")
    body: dict[str, Any] = json.loads(thread.body())
    return body


def prefix(old: Any, new: Any, **usages: TokenUsage) -> Prefix:
    return compare_requests(old, new, **usages).prefix


def test_a_history_that_grows_keeps_all_of_it(body: dict[str, Any]) -> None:
    new = copy.deepcopy(body)
    new["input"].append({"type": "message", "role": "user", "content": "go on"})
    found = prefix(body, new)
    assert (found.broken, found.section, found.old, found.new) == (False, None, None, None)
    assert found.lost == 0
    assert found.bytes_after == len('{"type":"message","role":"user","content":"go on"}')
    assert found.usable > 1024
    assert prefix(new, body) == found.__class__(**{**_fields(found), "bytes_after": 0})


def _fields(found: Prefix) -> dict[str, Any]:
    told = found.to_json()
    return {name: told[name] for name in told if name not in ("lost", "missed", "estimate")}


def _tool(body: dict[str, Any]) -> None:
    body["tools"].insert(2, {"type": "function", "name": "novel"})


def _last_tool(body: dict[str, Any]) -> None:
    body["tools"].append({"type": "function", "name": "novel"})


def _schema_order(body: dict[str, Any]) -> None:
    body["tools"][1] = dict(reversed(body["tools"][1].items()))


def _model(body: dict[str, Any]) -> None:
    body["model"] = "gpt-6-sol"


def _effort(body: dict[str, Any]) -> None:
    body["reasoning"]["effort"] = "high"


def _format(body: dict[str, Any]) -> None:
    body["text"]["format"] = {"type": "json_object"}


def _instructions(body: dict[str, Any]) -> None:
    body["instructions"] = "be brief"


def _developer(body: dict[str, Any]) -> None:
    body["input"][0]["content"][0]["text"] += " Today is Monday."


def _gone(body: dict[str, Any]) -> None:
    del body["input"][1]


@pytest.mark.parametrize(
    ("edit", "section", "old", "new", "reasoning"),
    [
        (_model, "model", "/model", "/model", 1),
        (_format, "format", None, "/text/format", 1),
        (_effort, "effort", "/reasoning/effort", "/reasoning/effort", 1),
        (_tool, "tools", "/tools/2", "/tools/2", 1),
        (_last_tool, "tools", None, "/tools/6", 1),
        (_schema_order, "tools", "/tools/1", "/tools/1", 1),
        (_instructions, "instructions", None, "/instructions", 1),
        (_developer, "input", "/input/0", "/input/0", 1),
        (_gone, "input", "/input/1", "/input/1", 1),
    ],
)
def test_what_breaks_it(
    edit: Any, section: str, old: str | None, new: str | None, reasoning: int, body: dict[str, Any]
) -> None:
    changed = copy.deepcopy(body)
    edit(changed)
    found = prefix(body, changed)
    assert (found.broken, found.section, found.old, found.new) == (True, section, old, new)
    assert found.reasoning_after == reasoning
    assert found.usable < found.whole
    back = prefix(changed, body)
    assert (back.section, back.old, back.new) == (section, new, old)


def test_identifiers_and_the_order_of_an_items_members_do_not(body: dict[str, Any]) -> None:
    new = copy.deepcopy(body)
    for item in new["input"]:
        item["id"] = "another"
    new["input"][0] = dict(reversed(new["input"][0].items()))
    new["client_metadata"] = {}
    assert not prefix(body, new).broken


def test_the_bytes_before_reach_into_the_piece(body: dict[str, Any]) -> None:
    new = copy.deepcopy(body)
    _developer(new)
    found = prefix(body, new)
    before = sum(len(json.dumps(tool, separators=(",", ":"))) for tool in body["tools"])
    text = json.dumps(body["input"][0]["content"][0]["text"])[1:-1]
    assert found.bytes_before > before + len('"medium"') + len(text)
    assert found.bytes_before < before + len('"medium"') + len(text) + 100


def test_tokens_at_the_rate_of_the_usage(body: dict[str, Any]) -> None:
    new = copy.deepcopy(body)
    new["input"][2]["content"][0]["text"] = "something else"
    old_usage = TokenUsage(input_tokens=20_000)
    found = prefix(body, new, old_usage=old_usage, new_usage=TokenUsage(cached_tokens=1024))
    assert found.measured
    assert found.whole % 128 == found.usable % 128 == 0
    share = found.bytes_before / (found.bytes_before + found.bytes_after)
    assert 0 < found.usable < 20_000
    assert found.lost == found.whole - found.usable
    assert (found.cached, found.missed) == (1024, found.usable - 1024)
    assert share > 0.5
    assert not prefix(body, new).measured
    assert prefix(body, new).missed is None


def test_the_whole_old_prompt_is_what_its_usage_says(body: dict[str, Any]) -> None:
    new = copy.deepcopy(body)
    new["input"].append({"role": "user", "content": "more"})
    assert prefix(body, new, old_usage=TokenUsage(input_tokens=1024 + 127)).whole == 1024
    assert prefix(body, new, old_usage=TokenUsage(input_tokens=1024 + 128)).whole == 1152
    assert prefix(body, new, old_usage=TokenUsage(input_tokens=1023)).whole == 0


def test_a_picture_weighs_the_same_however_long_it_is(body: dict[str, Any]) -> None:
    picture = {"type": "input_image", "image_url": "data:image/png;base64," + "A" * 1_000_000}
    body["input"].append({"type": "message", "role": "user", "content": [picture]})
    assert prefix(body, copy.deepcopy(body)).whole < 10_000


def test_another_cache_key_is_told(body: dict[str, Any]) -> None:
    assert not prefix(body, copy.deepcopy(body)).rerouted
    assert prefix(body, {**body, "prompt_cache_key": "other"}).rerouted


def test_newer_codex_has_its_tools_in_the_input() -> None:
    tools = {"type": "additional_tools", "role": "developer", "tools": [{"type": "custom", "name": "exec"}]}
    turned = {**tools, "tools": [{"name": "exec", "type": "custom"}]}
    found = prefix({"model": "m", "input": [tools]}, {"model": "m", "input": [turned]})
    assert (found.section, found.new, found.bytes_before) == ("input", "/input/0", len(_until(tools)))


def _until(tools: dict[str, Any]) -> str:
    written = json.dumps(tools, separators=(",", ":"))
    return written[: written.index('"type":"custom"') + 1]


def test_a_prompt_of_one_string() -> None:
    found = prefix({"input": "tell me a story"}, {"input": "tell me a tale"})
    assert (found.broken, found.new, found.bytes_before) == (True, "/input", len('"tell me a '))
    assert not prefix({"input": "x"}, None).broken
