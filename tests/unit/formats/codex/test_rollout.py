from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.events import response_events
from inspector.capture.model import Damage, ExchangeDetail, Leg, Outcome, Timing
from inspector.formats.codex import history, retold
from inspector.formats.codex.rollout import RolloutImporter
from inspector.formats.importing import HEAD, Input

USER = {"type": "message", "role": "user", "content": "Greet."}
THOUGHT = {"type": "reasoning", "id": "r"}
CALL = {"type": "function_call", "id": "f", "internal_chat_message_metadata_passthrough": {"turn_id": "t"}}
OUTPUT = {"type": "function_call_output", "call_id": "c"}
DONE = {"type": "message", "role": "assistant", "content": "Done."}
META = ("session_meta", {"id": "s-1", "instructions": "Be kind."})
TURN = ("turn_context", {"turn_id": "t-1", "model": "gpt-5", "effort": "low", "summary": "auto"})
SESSION = (
    META,
    TURN,
    ("response_item", USER),
    ("response_item", THOUGHT),
    ("response_item", CALL),
    ("event_msg", {"type": "token_count", "info": {"last_token_usage": {"input_tokens": 5}}}),
    ("response_item", OUTPUT),
    ("response_item", DONE),
)
Read = Callable[[RolloutImporter, Path], list[Any]]


def types(detail: ExchangeDetail) -> list[str]:
    return [
        event.data["item"]["type"] for event in response_events(detail) if event.type.endswith("item.done")
    ]


def test_answers_are_what_the_model_said_between_two_things_of_the_client(
    rollout: Any, read: Read, asked: Callable[..., Any]
):
    first, second = read(RolloutImporter(), rollout(*SESSION))
    assert (types(first), types(second)) == (["reasoning", "function_call"], ["message"])
    assert asked(first) == {
        "instructions": "Be kind.",
        "model": "gpt-5",
        "reasoning": {"effort": "low", "summary": "auto"},
        "input": [USER],
        "stream": True,
        "prompt_cache_key": "s-1",
        "client_metadata": {"session_id": "s-1", "thread_id": "s-1", "turn_id": "t-1"},
    }
    sent = {name: value for name, value in CALL.items() if not name.startswith("internal")}
    assert asked(second)["input"] == [USER, THOUGHT, sent, OUTPUT]
    usage = response_events(first)[-1].data["response"]["usage"]
    assert usage["input_tokens"] == 5
    assert "usage" not in response_events(second)[-1].data["response"]


def test_what_was_copied_from_the_session_that_it_goes_on_from_is_history(
    rollout: Any, read: Read, asked: Callable[..., Any]
):
    older, own, turn = (f"01a1fe54-{n}000-7000-8000-000000000000" for n in (1, 2, 3))
    path = rollout(
        ("session_meta", {"id": own, "forked_from_id": older}),
        ("session_meta", {"id": older}),
        ("turn_context", {"turn_id": older}),
        ("response_item", USER),
        ("response_item", THOUGHT),
        ("turn_context", {"turn_id": turn}),
        ("response_item", USER),
        ("response_item", DONE),
    )
    (detail,) = read(RolloutImporter(), path)
    assert types(detail) == ["message"]
    assert asked(detail)["input"] == [USER, THOUGHT, USER]
    assert asked(detail)["client_metadata"]["thread_id"] == own


def test_calls_that_are_written_with_their_outputs_are_one_answer(
    rollout: Any, read: Read, asked: Callable[..., Any]
):
    """As 0.58 does, which counts an answer before it writes it."""

    def count(tokens: int, total: int) -> tuple[str, Any]:
        info = {"last_token_usage": {"input_tokens": tokens}, "total_token_usage": {"input_tokens": total}}
        return ("event_msg", {"type": "token_count", "info": info})

    calls = [{"type": "function_call", "call_id": name} for name in "ab"]
    outputs = [{"type": "function_call_output", "call_id": name} for name in "ab"]
    burst = [("response_item", each) for pair in zip(calls, outputs, strict=True) for each in pair]
    path = rollout(META, TURN, ("response_item", USER), count(5, 5), *burst, TURN, count(5, 5), count(7, 12),
                   ("response_item", DONE), count(7, 12))  # fmt: skip
    first, second = read(RolloutImporter(), path)
    assert (types(first), types(second)) == (["function_call"] * 2, ["message"])
    assert asked(second)["input"] == [USER, calls[0], outputs[0], calls[1], outputs[1]]
    used = [response_events(each)[-1].data["response"]["usage"]["input_tokens"] for each in (first, second)]
    assert used == [5, 7]
    assert second.exchange.ended == 4.0  # since the last output


def test_when_it_was(rollout: Any, read: Read):
    first, second = (detail.exchange for detail in read(RolloutImporter(), rollout(*SESSION)))
    assert (first.first_byte, first.ended, first.outcome) == (None, 2.0, Outcome.COMPLETE)
    assert second.started - first.started == 4.0
    assert (first.source.place, first.source.timing) == ("line 4", Timing.WHOLE)


def test_an_answer_that_is_said_to_be_over_is_over(rollout: Any, read: Read):
    over = ("token_usage_record", {"response_id": "resp_1", "usage": {"input_tokens": 1}})
    details = read(RolloutImporter(), rollout(META, ("response_item", DONE), over, ("response_item", DONE)))
    assert [response_events(each)[0].data["response"]["id"] for each in details] == ["resp_1", ""]


def test_a_history_that_was_compacted(rollout: Any, read: Read, asked: Callable[..., Any]):
    short = {"type": "message", "role": "user", "content": "In short: a greeting."}
    path = rollout(*SESSION, ("compacted", {"replacement_history": [short, "odd"]}), ("response_item", DONE))
    assert asked(read(RolloutImporter(), path)[-1])["input"] == [short]


def test_a_history_that_no_model_would_take(
    rollout: Any, read: Read, asked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(history, "LARGEST", 200)
    long = {"type": "message", "role": "user", "content": "x" * 200}
    turn, done = ("response_item", USER), ("response_item", DONE)
    path = rollout(
        META, turn, done, ("response_item", long), done, ("compacted", {"replacement_history": []}), done
    )
    before, lost, after = read(RolloutImporter(), path)
    assert (asked(before)["input"], asked(after)["input"]) == ([USER], [])
    assert (lost.legs[Leg.REQUEST].absent, types(lost)) == (True, ["message"])
    assert "the request is left out" in lost.exchange.source.remarks[-1]


def test_an_answer_without_end_is_several(rollout: Any, read: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retold, "MOST", 2)
    details = read(RolloutImporter(), rollout(META, *[("response_item", DONE)] * 5))
    assert [len(types(detail)) for detail in details] == [2, 2, 1]


def test_an_item_that_nests_too_deeply_costs_itself_alone(
    rollout: Any, read: Read, asked: Callable[..., Any]
):
    path = rollout(META, ("response_item", {"type": "message", "content": "?"}), ("response_item", DONE))
    path.write_text(path.read_text().replace('"?"', "[" * 5000 + "]" * 5000))
    items = read(RolloutImporter(), path)
    assert [type(item) for item in items][-1] is ExchangeDetail
    assert len(asked(items[-1])["input"]) + len(items) == 2


def test_lines_that_say_nothing(rollout: Any, read: Read):
    path = rollout(META, ("response_item", DONE))
    with path.open("a") as file:
        file.write('{"type": "response_item", "payload": {}}\n{"timestamp": "soon", "payload": {}}\n')
    *_, first, second, detail = read(RolloutImporter(), path)
    assert (first.text, second.text) == (
        "Line 3 has no payload, or no time.",
        "Line 4 has no payload, or no time.",
    )
    assert isinstance(detail, ExchangeDetail)


def test_it_is_known_by_its_first_line(rollout: Any):
    path = rollout(META)
    assert RolloutImporter().recognises(path.read_bytes()[:HEAD], path)
    for other in (
        b"",
        b'{"timestamp": 1, "payload": 1, "type": {}}',
        b'{"timestamp": "x", "type": "log", "payload": 1}\n',
        b'{"log": {}}',
        b"\xff",
    ):
        assert not RolloutImporter().recognises(other, path)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
_payload = (
    st.fixed_dictionaries(
        {"type": st.sampled_from(["message", "reasoning", "function_call", "token_count"])},
        optional={"role": st.sampled_from(["user", "assistant"]), "info": _json, "id": _json},
    )
    | st.fixed_dictionaries(
        {}, optional={"replacement_history": _json, "usage": _json, "response_id": _json, "model": _json}
    )
    | _json
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "timestamp": st.just("2026-11-21T10:00:00Z") | _json,
                "type": st.sampled_from(
                    ["session_meta", "turn_context", "response_item", "compacted", "token_usage_record"]
                ),
                "payload": _payload,
            }
        ),
        max_size=8,
    )
)
def test_whatever_the_lines_say_nothing_is_raised(tmp_path_factory, told):
    path = tmp_path_factory.mktemp("rollout") / "r.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in told))
    for item in RolloutImporter().read(Input("r", path, 0), lambda _: None):
        if isinstance(item, Damage):
            assert item.offset is not None
        else:
            response_events(item)
