"""Which exchanges a filter means: by the row, by what is around it, by the bodies; when a row is enough."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.filter.conditions import Need
from inspector.capture.filter.flags import FLAGS
from inspector.capture.filter.keys import KEYS
from inspector.capture.filter.language import parse
from inspector.capture.filter.ranges import Range
from inspector.capture.filter.surroundings import Surroundings, retries
from inspector.capture.filter.texts import ExchangeTexts
from inspector.capture.model import Exchange, Headers, Leg, Made, Message, Outcome, Source, Timing, Usage

NOW = datetime(2026, 9, 21, 15, 0, tzinfo=timezone(timedelta(hours=2)))
STARTED = datetime(2026, 9, 21, 14, 20, 30, tzinfo=NOW.tzinfo).timestamp()
STREAM: Headers = (("content-type", "text/event-stream"),)

ROW = Exchange(
    id=12,
    revision=1,
    method="POST",
    url="https://my-res.openai.azure.com/openai/v1/responses",
    operation="responses.create",
    mode="observe",
    started=STARTED,
    outcome=Outcome.COMPLETE,
    session="01a1fc63-71f8",
    turn=2,
    request_kind="turn",
    client="codex_exec 0.169.0",
    model="gpt-5.5-Mini",
    stream=True,
    status=429,
    error="429 too_many_requests: try again in 2s.",
    first_event=1.25,
    ended=5.5,
    event_count=30,
    usage=Usage(12_000, 4_096, 345, None),
    request_size=41_000,
    response_size=1_200,
    response_id="resp_77",
    request_digest="d1",
)
FINE = replace(ROW, status=200)
AROUND = Surroundings(retries={12}, marked={12}, notes={12: "Look here"})
EMPTY = Exchange(3, 1, "GET", "https://x/models", "models", "bridge", 0.0, Outcome.OPEN)


def event(kind: str, **members: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **members})}\n\n".encode()


def chunk(**delta: Any) -> bytes:
    data = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}
    return f"data: {json.dumps(data)}\n\n".encode()


def deep(text: str, legs: Mapping[Leg, Message], exchange: Exchange = FINE) -> bool:
    wanted = parse(text)
    assert wanted.matches(exchange) is None
    return wanted.matches_deep(exchange, ExchangeTexts(exchange, legs.get))


def sent(body: object, leg: Leg = Leg.REQUEST, headers: Headers = ()) -> dict[Leg, Message]:
    return {leg: Message(headers, body if isinstance(body, bytes) else json.dumps(body).encode())}


def came(*events: bytes, leg: Leg = Leg.RESPONSE) -> dict[Leg, Message]:
    return {leg: Message(STREAM, b"".join(events), 200)}


@pytest.mark.parametrize(
    "text",
    [
        *("", "codex GPT-5.5", '"too_many_requests: try"', "resp_77", "429*again", "look"),
        *("model:gpt-5", "model:MINI", "model:gpt-*-mini", "model:=gpt-5.5-mini", "model:x,mini"),
        *("session:01a1", "client:codex", "method:post", "url:azure", "mode:observe", "kind:turn"),
        *("outcome:complete", "error:too_many", "note:here", "id:12", "id:10..20", "turn:2", "turn:1,2"),
        *("status:429", "status:4xx", "status:>=400", "status:<500", "status:400..499", "status:=429"),
        *("tokens:12345", "tokens:>12k", "tokens:<=12.345k", "tokens.in:12k", "tokens.out:300..400"),
        *(
            "tokens.cached:>4k",
            "events:30",
            "duration:5.5",
            "duration:>5s",
            "duration:5500ms",
            "duration:<1m5s",
        ),
        *("first:1.25s", "size:42.2KB", "size.request:41kb", "size.response:..1.2KB", "size:<1MB"),
        *("after:14:20", "after:14:20:30", "before:14:20:31", "after:1h before:39m", "after:today"),
        *("after:2026-09-21", "before:2026-09-22", "after:2026-09-21T12:20Z", "after:yesterday"),
        *("has:error", "has:usage", "has:retry", "has:mark", "has:note", "has:tool,error"),
        *("is:done", "is:failed", "is:stream", "is:retry", "is:marked", "is:open,done"),
        *("type:responses", "-status:200", "-(status:200 or is:open)", "-parent:1", "-tokens.reasoning:0"),
        *("status:200 or status:429", "nowhere or status:429", "-tokens.reasoning:>=0"),
    ],
)
def test_the_row_is_enough_to_say_yes(text: str) -> None:
    assert parse(text, NOW).matches(ROW, AROUND) is True


@pytest.mark.parametrize(
    "text",
    [
        *("model:gpt-6", "model:=gpt-5.5", 'model:"gpt-*"', "model:*-5.5"),
        *("status:200", "status:5xx", "status:>429", "status:<429", "status:430..", "id:1", "parent:12"),
        *("tokens:<12k", "tokens.reasoning:0..", "duration:<5s", "first:>2", "size:>1MB", "events:>30"),
        *("after:14:21", "before:14:20:30", "after:10m", "before:today", "before:2026-09-21"),
        *("is:open", "is:live", "is:replay", "is:compaction", "is:bridged", "is:repaired"),
        *("nowhere status:200", "status:200 tool:x", "-has:error", "-(status:429 nowhere) -is:done"),
        *("tool:exec", "has:tool", "note:gone"),
    ],
)
def test_the_row_is_enough_to_say_no(text: str) -> None:
    assert parse(text, NOW).matches(ROW, AROUND) is False


@pytest.mark.parametrize("text", ["agent:spawn", "agent:=collab_spawn", "agent.name:greet", "is:agent"])
def test_a_sub_agent_is_found_by_its_kind_and_its_name(text: str) -> None:
    spawned = replace(ROW, agent="collab_spawn", agent_name="greeter", parent_session="01a1")
    assert parse(text).matches(spawned) is True
    assert parse(text).matches(ROW) is False


@pytest.mark.parametrize(
    "text",
    ["source:big", "from:=big.mitm", "from:mitm*", "source:=mitmproxy", "source:b*.mitm", "is:imported"],
)
def test_what_was_read_in_is_found_by_its_file_and_by_its_format(text: str) -> None:
    assert parse(text).matches(replace(ROW, source=Source("big.mitm", "mitmproxy", "byte 1"))) is True
    assert parse(text).matches(replace(ROW, source=Source("a.har", "har", "big.mitm"))) is (
        text == "is:imported"
    )
    assert parse(text).matches(ROW) is False


@pytest.mark.parametrize(
    ("timing", "fit"),
    [(Timing.RECORDED, [True, True]), (Timing.WHOLE, [True, False]), (Timing.EVEN, [False] * 2)],
)
def test_a_length_that_nobody_measured_fits_no_value(timing: Timing, fit: list[bool]) -> None:
    told = replace(ROW, ended=2.0, first_event=1.0, source=Source("a.har", "har", "", timing))
    assert [parse(text).matches(told) for text in ("duration:>1s", "first:>1ms")] == fit


@pytest.mark.parametrize("text", ["has:parent", "is:replay", "parent:12", "made:replay", "-made:azure"])
def test_a_replay_is_found_by_its_parent_and_by_how_it_was_made(text: str) -> None:
    assert parse(text).matches(replace(ROW, parent=12, made=Made("replay"))) is True


def test_a_call_of_azures_own_is_no_replay() -> None:
    called = replace(ROW, parent=12, made=Made("azure"))
    found = {text: parse(text).matches(called) for text in ("has:parent", "is:replay", "made:azure")}
    assert found == {"has:parent": True, "is:replay": False, "made:azure": True}


@pytest.mark.parametrize(
    "text", ["nowhere", "-nowhere", "request:x", "type:x", "offers:x", "has:remark", "nowhere status:429"]
)
def test_otherwise_the_bodies_are_needed(text: str) -> None:
    assert parse(text).matches(ROW, AROUND) is None


def test_a_row_that_says_little_fits_no_value_and_every_denial() -> None:
    for name, key in KEYS.items():
        value = "x" if name in ("model", "session", "client", "error", "note", "kind") else "1..2"
        if getattr(key, "of", None) is not None and name not in ("method", "url", "mode", "outcome"):
            assert parse(f"{name}:{value}").matches(EMPTY) is False
            assert parse(f"-{name}:{value}").matches(EMPTY) is True
    assert parse("is:open,bridged is:live").matches(EMPTY) is True
    assert parse("has:tool").matches(EMPTY) is parse("tool:x").matches(EMPTY) is False
    assert parse("has:remark").matches(EMPTY) is parse("offers:x").matches(EMPTY) is False


def test_text_that_was_sent_is_found_on_either_leg_in_its_head_and_its_body() -> None:
    legs = sent({"input": 'Fix the "flaky" test\nnow'}, headers=(("apim-request-id", "1-2-3"),))
    for text in ("flaky", "FIX*NOW", '"the \\"flaky\\" test"', "apim-request-id", "1-2-3", "request:test"):
        assert deep(text, legs)
    for text in ("gone", "now*fix", "response:flaky", "-flaky", "flaky gone", "-(gone or fix)"):
        assert not deep(text, legs)
    assert deep("flaky -gone (gone or fix)", legs)
    assert deep("payload", sent(b'{"payload"', Leg.UPSTREAM_REQUEST))


def test_text_that_came_is_found_though_the_stream_cut_it() -> None:
    delta = {"output_index": 0, "content_index": 0}
    pieces = [event("response.output_text.delta", delta=word, **delta) for word in ("The jit", "ter is")]
    assert deep("jitter", came(*pieces))
    assert deep('response:"the jitter"', came(*pieces))
    assert not deep("request:jitter", came(*pieces))
    other = event("response.output_text.delta", delta="ter is", output_index=1, content_index=0)
    assert not deep("jitter", came(pieces[0], other))
    chat = [chunk(content="The jit"), chunk(content="ter")]
    assert deep("jitter", came(*chat, leg=Leg.UPSTREAM_RESPONSE))
    call = [{"index": 0, "function": {"arguments": part}} for part in ('{"cmd": "pyt', 'est"}')]
    assert deep("pytest", came(*(chunk(tool_calls=[one]) for one in call)))


def test_a_whole_stream_is_searched_as_it_was_written() -> None:
    done = event("response.output_text.done", text="The jitter")
    assert deep("jitter", came(done, event("response.completed", response={"id": "r"})))


def test_types_are_those_of_the_events_on_either_leg() -> None:
    legs = came(
        event("response.created"), b'event: odd\ndata: {"n": 1}\n\n', b": quiet\n\n", b"data: [DONE]\n\n"
    )
    legs |= came(chunk(content="x"), leg=Leg.UPSTREAM_RESPONSE)
    for text in (
        "type:created",
        "type:=response.created",
        "type:odd",
        "type:chat.*.chunk",
        "type:resp*.Created",
    ):
        assert deep(text, legs)
    for text in ("type:completed", "type:=created", "type:quiet"):
        assert not deep(text, legs)


def call(name: str, kind: str = "function_call", **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "call_id": "c", "arguments": "{}", **more}


def test_tools_are_those_that_the_answer_calls() -> None:
    streamed = came(
        event("response.output_item.added", item=call("exec_command")),
        event("response.output_item.done", item=call("exec", "custom_tool_call", namespace="functions")),
        event("response.output_item.done", item={"type": "web_search_call"}),
        event("response.function_call_arguments.delta", delta="function_call"),
    )
    for text in ("tool:exec_command", "tool:=exec", "tool:functions.exec", "tool:web_search", "has:tool"):
        assert deep(text, streamed)
    assert not deep("tool:write", streamed)
    whole = sent({"output": [call("write")]}, Leg.RESPONSE)
    assert deep("tool:write", whole)
    chat = came(chunk(tool_calls=[{"index": 0, "function": {"name": "Read"}}]))
    assert deep("tool:=read", chat)
    message = {"message": {"tool_calls": [{"function": {"name": "list"}}]}}
    assert deep("tool:list", sent({"choices": [message]}, Leg.RESPONSE))
    assert deep("-has:tool", came(event("response.completed", response={"output": []})))


def test_offers_are_the_tools_of_the_request() -> None:
    inner = {"type": "namespace", "name": "clock", "tools": [{"type": "function", "name": "now"}]}
    body = {
        "tools": [{"type": "function", "name": "exec_command"}, inner, {"type": "web_search"}],
        "input": [{"type": "additional_tools", "tools": [{"type": "custom", "name": "apply_patch"}]}],
    }
    for text in ("offers:exec", "offers:=clock.now", "offers:web_search", "offers:=apply_patch"):
        assert deep(text, sent(body))
    assert not deep("offers:namespace", sent(body))
    assert deep("offers:run", sent({"tools": [{"type": "function", "function": {"name": "run"}}]}))


def test_remarks_are_those_of_conformance() -> None:
    broken = came(event("response.in_progress", sequence_number=0))
    assert deep("has:remark", broken)
    assert deep("remark:first-event", broken)
    assert deep('remark:"begins with"', broken)
    assert not deep("remark:sum", broken)
    assert deep("-has:remark", sent({"output": []}, Leg.RESPONSE))


def test_what_can_only_be_read_in_part_says_so() -> None:
    texts = ExchangeTexts(ROW, sent(b"xx", headers=(("content-encoding", "secret"),)).get)
    assert texts.problem is None
    assert not parse("nowhere").matches_deep(ROW, texts)
    assert texts.problem == "content-encoding 'secret' is not known"


def test_a_retry_repeats_the_last_request_of_its_session() -> None:
    def one(number: int, session: str | None, digest: str | None) -> Exchange:
        return replace(ROW, id=number, started=number, session=session, request_digest=digest)

    rows = [one(1, "a", "x"), one(2, "b", "x"), one(3, "a", "x"), one(4, "a", "y"), one(5, "a", "x")]
    rows += [one(6, None, "x"), one(7, None, "x"), one(8, "a", None), one(9, "a", "x")]
    assert retries(reversed(rows)) == {3, 9}
    assert retries([*rows[:3], replace(rows[3], parent=3), *rows[4:]]) == {3, 5, 9}


def test_moments_without_a_zone_are_those_of_now() -> None:
    there = parse("after:14:00", datetime(2026, 9, 21, 23, tzinfo=UTC))
    assert there.matches(ROW) is False
    assert parse("after:12:20", datetime(2026, 9, 21, 23, tzinfo=UTC)).matches(ROW) is True
    here = datetime.fromtimestamp(STARTED)
    assert parse(f"after:{here:%H:%M} before:{here:%H:%M}:59", here).matches(ROW) is True


def test_a_range_is_open_or_closed() -> None:
    assert Range("", 1, 2).has(1)
    assert Range("", 1, 2).has(2)
    assert not Range("", 1, None, open=True).has(1)
    assert Range("", None, 2, open=True).has(1.9)


conditions = st.recursive(
    st.sampled_from(
        ["status:429", "status:200", "nowhere", "needle", "codex", "type:created", "tool:x", "has:remark"]
    ),
    lambda inner: st.one_of(
        inner.map("-({})".format),
        st.tuples(inner, inner).map("({0[0]} {0[1]})".format),
        st.tuples(inner, inner).map("({0[0]} or {0[1]})".format),
    ),
    max_leaves=8,
)


@given(conditions)
@settings(max_examples=100, deadline=None)
def test_the_bodies_never_overrule_the_row(text: str) -> None:
    legs = sent({"input": "a needle"}) | came(event("response.created", sequence_number=0))
    wanted = parse(text)
    row = wanted.matches(ROW)
    whole = wanted.matches_deep(ROW, ExchangeTexts(ROW, legs.get))
    assert row in (None, whole)
    assert parse(f"-({text})").matches_deep(ROW, ExchangeTexts(ROW, legs.get)) is not whole
    if not wanted.needs & {Need.REQUEST, Need.RESPONSE}:
        assert row is not None


def test_every_key_and_flag_says_what_it_is_about() -> None:
    assert all(key.about and name == key.name for name, key in KEYS.items())
    assert all(flag.about for flags in FLAGS.values() for flag in flags.values())
    assert {"session", "turn", "model"} <= {field.name for field in fields(Exchange)} & set(KEYS)
