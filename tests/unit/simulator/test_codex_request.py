"""The scripted client's requests: Codex's headers, the whole history, the same thread."""

from __future__ import annotations

import json
import uuid
from itertools import pairwise

from inspector.protocol.codex import identify
from inspector.simulator.codex_request import DUMMY_KEY, Thread, uuid7


def test_it_is_recognised_as_codex() -> None:
    thread = Thread("gpt-5.5")
    thread.prompt("hi")
    context = identify(thread.headers().items())
    assert context.is_codex
    assert (context.client, context.version) == ("codex_exec", "0.169.0")
    assert context.session == thread.id
    assert context.request_kind == "turn"
    assert thread.headers()["authorization"] == f"Bearer {DUMMY_KEY}"


def test_every_request_begins_with_the_one_before() -> None:
    thread = Thread("gpt-5.5")
    thread.prompt("hi")
    bodies = [json.loads(thread.body())]
    turn = identify(thread.headers().items()).turn_id
    thread.add({"type": "reasoning", "id": "rs_1", "summary": []})
    thread.add({"type": "custom_tool_call", "call_id": "c", "name": "apply_patch", "input": "x"})
    thread.add_output({"type": "custom_tool_call", "call_id": "c"}, "done")
    thread.add_output({"type": "function_call", "call_id": "d"}, "done too")
    bodies.append(json.loads(thread.body()))
    thread.prompt("more")
    bodies.append(json.loads(thread.body()))
    for before, after in pairwise(bodies):
        assert after["input"][: len(before["input"])] == before["input"]
        assert after["prompt_cache_key"] == before["prompt_cache_key"] == thread.id
    added = bodies[1]["input"][-4:]
    assert added[0]["content"] is None
    assert [item["type"] for item in added[2:]] == ["custom_tool_call_output", "function_call_output"]
    assert identify(thread.headers().items()).turn_id != turn


def test_identifiers_sort_by_time() -> None:
    assert uuid.UUID(uuid7()).version == 7
    assert len({uuid7() for _ in range(100)}) == 100
    assert abs(int(uuid7()[:8], 16) - int(uuid7()[:8], 16)) <= 1
