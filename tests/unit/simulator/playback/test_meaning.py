"""Requests that mean the same are equal, and those that do not are not."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.azure import Operation
from inspector.simulator.playback.meaning import Asked, Meaning, meaning_of

CONTEXT = """<environment_context>
  <cwd>/home/you</cwd>
  <current_date>2026-11-21</current_date>
</environment_context>"""
BODY: dict[str, Any] = {
    "model": "gpt-5.5",
    "stream": True,
    "instructions": "You are a coding agent.",
    "prompt_cache_key": "one",
    "client_metadata": {"turn_id": "1"},
    "tools": [{"type": "function", "name": "exec_command", "description": "Runs."}],
    "input": [
        {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Be short."}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": CONTEXT}]},
        {"type": "message", "id": "m", "role": "user", "content": [{"type": "input_text", "text": "Hi."}]},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"},
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "exec_command",
         "arguments": '{"cmd": "ls", "workdir": "/home/you"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "Chunk ID: 1a\na.txt"},
    ],
}  # fmt: skip
CHAT: dict[str, Any] = {
    "model": "gpt-5.5",
    "messages": [
        {"role": "system", "content": "You are a coding agent."},
        {"role": "user", "content": "Hi."},
        {"role": "assistant", "content": None, "reasoning_content": "hm", "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "ls", "arguments": '{"a":1}'}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "a.txt"},
    ],
}  # fmt: skip


def meant(body: Any, operation: Operation = Operation.CREATE, **more: Any) -> Meaning:
    target = more.pop("target", "/openai/v1/responses")
    return meaning_of(Asked(operation, target, more.pop("headers", ()), json.dumps(body).encode()), **more)


def changed(body: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    other = copy.deepcopy(body)
    change(other)
    return other


def test_the_pieces_are_the_conversation() -> None:
    meaning = meant(BODY)
    assert [(piece.title, piece.pointer) for piece in meaning.pieces] == [
        ("message user", "/input/2"),
        ("function_call exec_command", "/input/4"),
        ("tool result", "/input/5"),
    ]
    assert (meaning.form, meaning.around.model) == ("stream", "gpt-5.5")


@pytest.mark.parametrize(
    ("unlike", "change"),
    [
        ([], lambda b: b.update(prompt_cache_key="two", client_metadata={}, metadata={"a": "b"})),
        ([], lambda b: b["input"][2].update(id="msg_2")),
        ([], lambda b: b["input"].pop(3)),
        ([], lambda b: b["input"][4].update(id="fc_9", call_id="c", arguments='{"workdir":"/x","cmd":"ls"}')),
        ([], lambda b: b["input"][5].update(call_id="c", output="Chunk ID: 2b\r\na.txt\n")),
        ([], lambda b: b["tools"][0].update(description="Runs a command.")),
        (["model"], lambda b: b.update(model="gpt-6-sol")),
        (["instructions"], lambda b: b.update(instructions="You are another.")),
        (["instructions"], lambda b: b["input"].pop(0)),
        (["instructions"], lambda b: b["input"].pop(1)),
        (["tools"], lambda b: b["tools"].append({"type": "web_search"})),
        (["settings"], lambda b: b.update(reasoning={"effort": "low"})),
    ],
)
def test_what_makes_no_other_request(unlike: list[str], change: Callable[[Any], object]) -> None:
    one, other = meant(BODY), meant(changed(BODY, change))
    assert one.digest == other.digest
    assert one.around.unlike(other.around) == unlike


def test_dates_of_the_context_do_not_even_make_a_difference() -> None:
    def tomorrow(body: dict[str, Any]) -> None:
        body["input"][1]["content"][0]["text"] = CONTEXT.replace("21", "22").replace("/home/you", "/work")

    assert meant(changed(BODY, tomorrow)).around == meant(BODY).around


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b["input"][2]["content"][0].update(text="Ho."),
        lambda b: b["input"][2].update(role="assistant"),
        lambda b: b["input"].append(b["input"][2]),
        lambda b: b["input"].reverse(),
        lambda b: b["input"][4].update(name="shell"),
        lambda b: b["input"][4].update(arguments='{"cmd": "ls -l"}'),
        lambda b: b["input"][5].update(output="b.txt"),
        lambda b: b.update(stream=False),
        lambda b: b.update(background=True),
        lambda b: b.update(previous_response_id="resp_1"),
        lambda b: b["input"].append({"type": "compaction_trigger"}),
        lambda b: b["input"].append({"type": "agent_message", "content": "Do it."}),
        lambda b: b["input"].append("odd"),
    ],
)
def test_what_makes_another_request(change: Callable[[Any], object]) -> None:
    assert meant(changed(BODY, change)).digest != meant(BODY).digest


def test_what_tools_gave_need_not_count() -> None:
    other = changed(BODY, lambda b: b["input"][5].update(output="b.txt"))
    assert meant(other, any_results=True).digest == meant(BODY, any_results=True).digest
    shorter = changed(BODY, lambda b: b["input"].pop())
    assert meant(shorter, any_results=True).digest != meant(BODY, any_results=True).digest


def test_a_history_on_the_server_is_as_good_as_one_that_is_sent() -> None:
    later = {**BODY, "input": BODY["input"][4:], "previous_response_id": "resp_1"}
    assert meant(later, history=BODY["input"][:4]).digest == meant(BODY).digest
    assert meant(later).digest != meant(BODY).digest
    assert meant(later).pieces[0].title == "history"
    warmed_up = {**BODY, "previous_response_id": "resp_0"}
    assert meant(warmed_up, history=[]).digest == meant(BODY).digest


def test_a_message_of_a_websocket_asks_for_a_stream() -> None:
    asked = {**BODY, "type": "response.create"}
    del asked["stream"]
    assert meant(asked).digest == meant(BODY).digest
    assert meant({**asked, "generate": False}).digest != meant(BODY).digest


def test_who_asks_over_a_websocket_is_told_by_the_message() -> None:
    turn = (("x-codex-turn-metadata", '{"request_kind": "turn"}'),)
    handshake = (("x-codex-turn-metadata", '{"request_kind": "prewarm"}'),)
    message = {**BODY, "type": "response.create", "client_metadata": dict(turn)}
    assert meant(message, headers=handshake).around == meant(BODY, headers=turn).around


def test_a_text_is_a_message() -> None:
    said = {"model": "m", "input": "Hi."}
    listed = {"model": "m", "input": [{"role": "user", "content": [{"type": "input_text", "text": "Hi."}]}]}
    assert meant(said).digest == meant(listed).digest


def test_chat() -> None:
    meaning = meant(CHAT, Operation.CHAT)
    assert [piece.title for piece in meaning.pieces] == ["message user", "function call ls", "tool result"]
    other = changed(CHAT, lambda b: b["messages"][2]["tool_calls"][0].update(id="call_2"))
    other["messages"][3]["tool_call_id"] = "call_2"
    other["messages"][0]["content"] = "You are another."
    assert meant(other, Operation.CHAT).digest == meaning.digest
    other["messages"][3]["content"] = "b.txt"
    assert meant(other, Operation.CHAT).digest != meaning.digest


def test_a_packed_body_is_read() -> None:
    packed = gzip.compress(json.dumps(BODY).encode())
    asked = Asked(Operation.CREATE, "/responses", (("content-encoding", "gzip"),), packed)
    assert meaning_of(asked).digest == meant(BODY).digest


@pytest.mark.parametrize(
    ("operation", "one", "other", "same"),
    [
        (Operation.GET, "/a.com/openai/v1/responses/resp_1", "http://b.com/openai/responses/resp_1", True),
        (Operation.GET, "/v1/responses/resp_1?api-version=1", "/v1/responses/resp_1", True),
        (Operation.GET, "/v1/responses/resp_1?a=1&b=2", "/v1/responses/resp_1?b=2&a=1", True),
        (Operation.GET, "/v1/responses/resp_1?stream=true", "/v1/responses/resp_1", False),
        (Operation.GET, "/v1/responses/resp_1", "/v1/responses/resp_2", False),
        (Operation.CANCEL, "/v1/responses/resp_1/cancel", "/x/responses/resp_1/cancel", True),
        (Operation.ITEMS, "/responses/resp_1/input_items", "/responses/resp_2/input_items", False),
        (Operation.MODELS, "/openai/v1/models", "http://b.com/openai/models?api-version=2", True),
        (Operation.MODELS, "/openai/v1/models/a", "/openai/v1/models", False),
    ],
)
def test_calls_mean_their_address(operation: Operation, one: str, other: str, same: bool) -> None:
    digests = [meaning_of(Asked(operation, target, (), b"")).digest for target in (one, other)]
    assert (digests[0] == digests[1]) is same


def test_embeddings_mean_their_body() -> None:
    one, same, other = (
        meant(body, Operation.EMBEDDINGS, target="/embeddings")
        for body in ({"input": "a", "model": "m"}, {"model": "m", "input": "a"}, {"input": "b", "model": "m"})
    )
    assert one.digest == same.digest != other.digest


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "role", "content", "text", "tool_calls", "arguments", "function", "output", "x"]
            ),
            inner | st.sampled_from(["message", "user", "tool", "function_call", "function_call_output"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["input", "messages", "tools", "instructions"]), JSON)
def test_any_json_has_a_meaning(name: str, value: Any) -> None:
    for operation in (Operation.CREATE, Operation.CHAT):
        body = {name: value, "input": [value], "messages": [value]} if name == "tools" else {name: value}
        assert meant(body, operation).digest == meant(body, operation).digest
