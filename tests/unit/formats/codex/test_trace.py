from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.events import response_events
from inspector.capture.model import Damage, ExchangeDetail, Leg, Outcome, Timing
from inspector.formats.codex import retold, trace
from inspector.formats.codex.trace import TraceImporter
from inspector.formats.importing import HEAD, Input
from inspector.protocol.codex import identify
from inspector.protocol.conformance import check

REQUEST = {"model": "gpt-5.5", "stream": True, "input": [{"type": "message", "role": "user"}]}
ANSWER = {
    "response_id": "resp_1",
    "upstream_request_id": "req-1",
    "token_usage": {"input_tokens": 7, "cached_input_tokens": 2, "output_tokens": 3, "total_tokens": 10},
    "output_items": [
        {
            "type": "message",
            "id": "m",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "."}],
        },
        {"type": "function_call", "id": "f", "call_id": "c", "name": "n", "arguments": "{}"},
    ],
}
Read = Callable[[TraceImporter, Path], list[Any]]


def test_an_inference_is_an_exchange(bundle: Any, read: Read, asked: Callable[..., Any]):
    bundle.line("rollout_started")
    bundle.started("one", REQUEST)
    bundle.line("inference_completed", inference_call_id="one", response_payload=bundle.payload(ANSWER))
    (detail,) = read(TraceImporter(), bundle.folder)
    exchange = detail.exchange
    assert (exchange.id, exchange.outcome, exchange.status) == (1, Outcome.COMPLETE, 200)
    assert exchange.started == pytest.approx(1_790_000_000.2)
    assert exchange.ended == pytest.approx(0.1)
    assert (exchange.source.place, exchange.source.timing) == ("line 2", Timing.WHOLE)
    assert len(exchange.source.remarks) == 2
    assert asked(detail) == REQUEST
    assert dict(detail.legs[Leg.RESPONSE].headers)["x-request-id"] == "req-1"
    events = response_events(detail)
    assert [event.type for event in events] == [
        "response.created",
        *["response.output_item.added", "response.output_item.done"] * 2,
        "response.completed",
    ]
    assert check([event.data for event in events]) == []
    usage = events[-1].data["response"]["usage"]
    assert (usage["input_tokens"], usage["input_tokens_details"], usage["total_tokens"]) == (
        7, {"cached_tokens": 2}, 10,
    )  # fmt: skip


def test_what_did_not_go_well(bundle: Any, read: Read):
    bundle.started("failed", REQUEST)
    bundle.started("left", REQUEST)
    bundle.started("cancelled", REQUEST)
    bundle.line("inference_failed", inference_call_id="failed", error="429 Too Many Requests")
    part = bundle.payload({"output_items": ANSWER["output_items"][:1]})
    bundle.line("inference_cancelled", inference_call_id="cancelled", partial_response_payload=part)
    failed, cancelled, left = read(TraceImporter(), bundle.folder)
    assert (failed.exchange.id, failed.exchange.outcome) == (1, Outcome.UPSTREAM_GONE)
    assert (failed.exchange.error, set(failed.legs)) == ("429 Too Many Requests", {Leg.REQUEST})
    assert (left.exchange.id, left.exchange.outcome, set(left.legs)) == (
        2, Outcome.INTERRUPTED, {Leg.REQUEST},
    )  # fmt: skip
    assert (cancelled.exchange.id, cancelled.exchange.outcome) == (3, Outcome.CLIENT_GONE)
    assert response_events(cancelled)[-1].type == "response.output_item.done"


def test_a_compaction_is_an_exchange_too(bundle: Any, read: Read):
    triggered = {"model": "m", "input": [{"type": "compaction_trigger"}]}
    for call, asked in (("new", triggered), ("old", {"model": "m", "input": []})):
        bundle.line(
            "compaction_request_started", compaction_request_id=call, request_payload=bundle.payload(asked)
        )
        answer = bundle.payload({"output_items": [{"type": "compaction", "id": "c"}]})
        bundle.line("compaction_request_completed", compaction_request_id=call, response_payload=answer)
    new, old = read(TraceImporter(), bundle.folder)
    assert (new.exchange.operation, old.exchange.operation) == ("responses.create", "responses.compact")
    assert identify(new.legs[Leg.REQUEST].headers).request_kind == "compaction"
    assert [event.type for event in response_events(new)][-1] == "response.completed"
    assert len(new.exchange.source.remarks) == 3


def test_whose_sub_agent_asks(bundle: Any, read: Read):
    source = {"subagent": {"thread_spawn": {"parent_thread_id": "p", "agent_path": "/root/tests"}}}
    metadata = bundle.payload({"thread_id": "t", "session_source": source})
    bundle.line("thread_started", thread_id="t", agent_path="/root", metadata_payload=metadata)
    bundle.line(
        "inference_started", inference_call_id="one", thread_id="t", codex_turn_id="turn-1",
        request_payload=bundle.payload(REQUEST),
    )  # fmt: skip
    (detail,) = read(TraceImporter(), bundle.folder)
    found = identify(detail.legs[Leg.REQUEST].headers)
    assert (found.session, found.parent_session, found.turn_id) == ("t", "p", "turn-1")
    assert (found.agent, found.agent_name) == ("collab_spawn", None)


@pytest.mark.parametrize("name", ["../secret.json", "/etc/hostname", "payloads/9.json", "", "a\0b", 7])
def test_a_payload_that_is_not_there_or_not_the_bundles(
    bundle: Any, read: Read, tmp_path: Path, name: object
):
    (tmp_path / "secret.json").write_text("{}")
    bundle.line("inference_started", inference_call_id="one", request_payload={"path": name})
    damage, detail = read(TraceImporter(), bundle.folder)
    assert isinstance(damage, Damage)
    assert damage.text.startswith("Line 1: ")
    assert detail.legs[Leg.REQUEST].absent
    assert detail.legs[Leg.REQUEST].body == b""


def test_an_answer_that_is_no_answer(bundle: Any, read: Read):
    bundle.started("one", REQUEST)
    bundle.line("inference_completed", inference_call_id="one", response_payload=bundle.payload("no"))
    damage, detail = read(TraceImporter(), bundle.folder)
    assert damage == Damage(0, "Line 1: its answer is no JSON object.")
    assert Leg.RESPONSE not in detail.legs


def test_a_log_that_begins_without_end_is_no_matter_of_memory(bundle: Any, monkeypatch: pytest.MonkeyPatch):
    """Requests are read when their turn comes, and no more are waited for than there can be."""
    monkeypatch.setattr(trace, "_MOST", 3)
    for n in range(9):
        bundle.started(f"call {n}", {"model": "m", "input": "x" * 2**20})
    tracemalloc.start()
    details = TraceImporter().read(Input("bundle", bundle.folder, 0), lambda _: None)
    numbers = [detail.exchange.id for detail in details if isinstance(detail, ExchangeDetail)]
    assert numbers == list(range(1, 10))
    assert tracemalloc.get_traced_memory()[1] < 6 * 2**20
    tracemalloc.stop()


def test_one_that_begins_again_leaves_the_first_unanswered(bundle: Any, read: Read):
    bundle.started("one", REQUEST)
    bundle.started("one", REQUEST)
    bundle.line("inference_completed", inference_call_id="one", response_payload=bundle.payload(ANSWER))
    first, second = (detail.exchange for detail in read(TraceImporter(), bundle.folder))
    assert [(each.id, each.outcome) for each in (first, second)] == [
        (1, Outcome.INTERRUPTED),
        (2, Outcome.COMPLETE),
    ]


def test_a_payload_that_is_a_pipe(bundle: Any, read: Read):
    os.mkfifo(bundle.folder / "payloads" / "pipe")
    bundle.line("inference_started", inference_call_id="one", request_payload={"path": "payloads/pipe"})
    damage, _ = read(TraceImporter(), bundle.folder)
    assert damage == Damage(0, "Line 1: payload pipe is no file.")


def test_a_log_or_a_manifest_that_is_a_pipe(bundle: Any, read: Read):
    for name in ("trace.jsonl", "manifest.json"):
        (bundle.folder / name).unlink(missing_ok=True)
        os.mkfifo(bundle.folder / name)
    assert not TraceImporter().recognises(b"", bundle.folder)
    assert read(TraceImporter(), bundle.folder) == [Damage(None, "trace.jsonl is no file.")]


def test_an_answer_of_more_items_than_there_can_be(bundle: Any, read: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retold, "MOST", 1)
    bundle.started("one", REQUEST)
    bundle.line("inference_completed", inference_call_id="one", response_payload=bundle.payload(ANSWER))
    damage, _ = read(TraceImporter(), bundle.folder)
    assert damage == Damage(0, "Line 1: its answer cannot be retold: it has more than 1 items.")


def test_its_log_alone_is_one_too(bundle: Any, read: Read):
    bundle.started("one", REQUEST)
    assert TraceImporter().recognises(bundle.log.read_bytes()[:HEAD], bundle.log)
    assert TraceImporter().recognises(b"", bundle.folder)
    assert [type(item) for item in read(TraceImporter(), bundle.log)] == [ExchangeDetail]


def test_a_folder_that_is_none(tmp_path: Path):
    assert not TraceImporter().recognises(b"", tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    assert not TraceImporter().recognises(b"", tmp_path)
    assert not TraceImporter().recognises(b'{"log": {}}', tmp_path / "a.har")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"wall_time_unix_ms": st.just(5) | _json},
            optional={
                "payload": st.fixed_dictionaries(
                    {
                        "type": st.sampled_from(
                            [
                                "inference_started",
                                "inference_completed",
                                "inference_failed",
                                "compaction_request_started",
                                "thread_started",
                                "other",
                            ]
                        )
                    },
                    optional={
                        "inference_call_id": st.sampled_from(["a", "b"]) | _json,
                        "request_payload": st.just({"path": "payloads/1.json"}) | _json,
                        "response_payload": st.just({"path": "payloads/1.json"}) | _json,
                        "error": _json,
                        "model": _json,
                    },
                )
                | _json
            },
        ),
        max_size=6,
    ),
    st.fixed_dictionaries({}, optional={"output_items": _json, "token_usage": _json, "response_id": _json})
    | _json,
)
def test_whatever_the_log_says_nothing_is_raised(tmp_path_factory, told, answer):
    import json

    folder = tmp_path_factory.mktemp("bundle")
    (folder / "payloads").mkdir()
    (folder / "payloads/1.json").write_text(json.dumps(answer))
    (folder / "trace.jsonl").write_text("".join(json.dumps(line) + "\n" for line in told))
    items = list(TraceImporter().read(Input("bundle", folder, 0), lambda _: None))
    begun = sum(1 for item in items if isinstance(item, ExchangeDetail))
    assert begun <= len(told)
    for item in items:
        if isinstance(item, ExchangeDetail):
            response_events(item)
