from __future__ import annotations

import json

from inspector.formats.codex.heads import Thread, headers, thread_of
from inspector.protocol.codex import identify


def test_a_rollout_tells_who_asks():
    spawned = {"thread_spawn": {"parent_thread_id": "p", "agent_path": "/root/tests"}}
    meta = {
        "id": "t", "source": {"subagent": spawned}, "originator": "codex_exec", "cli_version": "0.169.0",
    }  # fmt: skip
    thread = thread_of(meta)
    assert thread == Thread("t", "p", "collab_spawn", "/root/tests", "codex_exec/0.169.0")
    found = identify(headers(thread, "turn-1", "turn"))
    assert (found.session, found.parent_session, found.turn_id) == ("t", "p", "turn-1")
    assert (found.agent, found.agent_name) == ("collab_spawn", "tests")
    assert (found.client, found.version, found.request_kind) == ("codex_exec", "0.169.0", "turn")


def test_other_kinds_of_sub_agents_and_none():
    assert thread_of({"source": {"subagent": "review"}}).agent == "review"
    assert thread_of({"source": {"subagent": {"other": "guardian"}}}).agent == "guardian"
    assert thread_of({"source": "exec", "agent_path": "/root"}) == Thread()
    assert thread_of({"source": {"subagent": {}}, "id": 7}) == Thread()


def test_what_the_request_says_itself_is_taken_word_for_word():
    metadata = json.dumps({"turn_id": "own", "thread_id": "own-thread"})
    told = {"x-codex-turn-metadata": metadata, "session_id": "s", "x-openai-subagent": "review", "x-n": 1}
    found = dict(headers(Thread("t"), "turn-1", "turn", told))
    assert found["x-codex-turn-metadata"] == metadata
    assert (found["session-id"], found["thread-id"]) == ("s", "t")
    assert found["x-openai-subagent"] == "review"
    assert "x-n" not in found
