"""An exchange read for the screen, whole and while it comes in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.reader import Reader
from inspector.ui.view.outline import Node
from inspector.ui.view.reading import ExchangeView, Reading
from inspector.ui.view.streams import Stream, choices, stream_count, stream_title


def heads(nodes: list[Node]) -> list[str]:
    return [node.head(60, False).text for node in nodes]


def view_of(path: Path, number: int) -> ExchangeView:
    reader = Reader(path)
    try:
        return Reading(reader.detail(number)).view()
    finally:
        reader.close()


def test_an_exchange_that_went_well(turn: Path):
    view = view_of(turn, 1)
    assert view.request.title.startswith("3 items")
    assert (view.payload.count, view.payload.losses > 0) == (3, True)
    said = heads(view.streams[Stream.SENT].nodes)
    assert "200 OK" in said[0]
    assert any("call exec_command" in head for head in said)
    assert said[-1].endswith("── end ──")
    assert [node.key for node in view.answer.nodes] == ["/output/0", "/output/1", "/status"]
    assert stream_title(view.streams[Stream.SENT], view.exchange).startswith(
        stream_count(view.streams[Stream.SENT])
    )
    assert choices(view.streams) == [Stream.SENT]


def test_one_that_was_refused(turn: Path):
    view = view_of(turn, 2)
    assert "429 Too Many Requests" in heads(view.streams[Stream.SENT].nodes)[0]
    assert "Rate limit reached." in view.answer.nodes[0].head(80, False).text
    assert stream_count(view.streams[Stream.SENT]) == ""


def detail(*pieces: bytes, outcome: Outcome, request: Any = None) -> ExchangeDetail:
    exchange = Exchange(
        id=1, revision=1, method="POST", url="https://a", operation="responses.create", mode="observe",
        started=0.0, outcome=outcome, status=200, request_done=0.0,
    )  # fmt: skip
    chunks = tuple(Chunk(Leg.RESPONSE, n, n / 10, piece) for n, piece in enumerate(pieces))
    body = json.dumps(request or {"model": "m", "input": "hi"}).encode()
    legs = {
        Leg.REQUEST: Message((), body),
        Leg.RESPONSE: Message((("content-type", "text/event-stream"),), b"".join(pieces), 200),
    }
    return ExchangeDetail(exchange, legs, chunks)


def test_what_comes_later_gives_what_reading_it_whole_gives():
    pieces = [b'data: {"type": "response.created", "response": {"status": "in_progress", "output": []}}\n\n',
              b'data: {"type": "response.completed", "response": {"status": "completed", "output": []}}\n',
              b"\ndata: cut o"]  # fmt: skip
    whole = Reading(detail(*pieces, outcome=Outcome.COMPLETE)).view()
    first = detail(pieces[0], outcome=Outcome.OPEN)
    reading = Reading(first)
    view = reading.view()
    rows = view.streams[Stream.SENT]
    assert heads(rows.nodes)[-1].strip() == "▶ streaming"
    ended = replace(first.exchange, outcome=Outcome.COMPLETE, revision=2)
    later = [Chunk(Leg.RESPONSE, n, n / 10, pieces[n]) for n in (1, 2)]
    growth = reading.more(ended, {Leg.RESPONSE: later})
    rows.extend(growth.records[Stream.SENT])
    rows.end(growth.endings[Stream.SENT])
    assert heads(rows.nodes) == heads(whole.streams[Stream.SENT].nodes)
    assert heads(list(growth.answer.nodes)) == heads(list(whole.answer.nodes))
    assert growth.bodies[Stream.SENT].text == whole.bodies[Stream.SENT].text
    assert reading.seen == {Leg.RESPONSE: 3}


@pytest.mark.parametrize(
    ("query", "remarks"), [("?stream=true", True), ("?stream=true&starting_after=3", False)]
)
def test_a_stream_that_was_asked_for_from_an_event_on_begins_in_the_middle(query: str, remarks: bool):
    event = b'data: {"type": "response.completed", "sequence_number": 4, "response": {"id": "r"}}\n\n'
    whole = detail(event, outcome=Outcome.COMPLETE)
    asked = replace(whole.exchange, operation="responses.get", url=f"https://a/responses/r{query}")
    view = Reading(replace(whole, exchange=asked)).view()
    said = " ".join(heads(view.streams[Stream.SENT].nodes))
    assert ("⚠" in said) is remarks


def test_parts_that_were_not_there_are_read_anew():
    reading = Reading(detail(b"", outcome=Outcome.OPEN))
    before = reading.detail.exchange
    assert not reading.outgrown(replace(before, revision=2))
    assert reading.outgrown(replace(before, revision=2, mode="bridge"))
    assert reading.outgrown(replace(before, revision=2, awaited=True))  # its bodies came, or came first
    unasked = Reading(replace(reading.detail, exchange=replace(before, request_done=None)))
    assert unasked.outgrown(before)


def test_one_without_an_answer_says_how_it_ended():
    told = detail(outcome=Outcome.UNREACHABLE)
    view = Reading(replace(told, legs={Leg.REQUEST: told.legs[Leg.REQUEST]})).view()
    assert "upstream unreachable" in heads(view.streams[Stream.SENT].nodes)[-1]
    assert heads(list(view.answer.nodes)) == ["Nothing came."]


def keys(nodes: Iterable[Node]) -> list[str]:
    return [node.key for node in nodes]


def test_a_chat_exchange_shows_what_it_amounts_to_and_says_that_nobody_was_sent_it(four: Path):
    view = view_of(four, 1)
    assert choices(view.streams) == [Stream.DERIVED, Stream.SENT]
    derived, passed = (heads(view.streams[stream].nodes) for stream in (Stream.DERIVED, Stream.SENT))
    assert derived[1].strip() == "≈ not sent: what the chat answer amounts to"
    assert any("call exec_command" in head for head in derived)
    assert "✓ completed" in derived[-2]
    assert not any("≈" in head for head in passed)
    assert "[DONE]" in passed[-2]
    passed_bytes = [view.bodies[stream].text for stream in (Stream.DERIVED, Stream.SENT)]
    assert passed_bytes[0] == passed_bytes[1] != ""
    assert view.answer.note == "derived"
    answer = heads(list(view.answer.nodes))
    assert answer[0].strip() == "≈ not sent: the chat answer as a Response"
    [notes] = [node for node in view.answer.nodes if node.key == "notes"]
    assert "choices other than the first were left out" in notes.body(200)[0].text
    assert "byte " in notes.body(200)[0].text
    assert [head[:9] for head in heads(list(view.request.nodes))[2:4]] == ["system   ", "user     "]
    assert heads(list(view.payload.nodes)) == ["nothing to translate"]


def test_a_bridged_exchange_shows_what_was_sent_and_what_the_translator_noted(four: Path):
    view = view_of(four, 2)
    assert choices(view.streams) == [Stream.SENT, Stream.UPSTREAM]
    assert (view.payload.label, view.payload.raw is not None) == ("Chat sent", True)
    assert view.payload.losses > 0
    assert "answer" not in keys(view.payload.nodes)
    assert "notes" in keys(view.answer.nodes)
    assert view.answer.note == ""


def test_a_repaired_exchange_shows_its_repairs(four: Path):
    view = view_of(four, 3)
    assert view.payload.label == "Repaired request"
    assert "/input/1#one-role" not in keys(view.payload.nodes)
    assert "/input/1/role#one-role" in keys(view.payload.nodes)
    assert view.payload.value["input"][1]["role"] == "developer"


def test_one_that_broke_off_says_so_in_its_answer_and_below_the_payload(four: Path):
    view = view_of(four, 4)
    [ended] = [node for node in view.answer.nodes if node.key == "/status"]
    assert heads([ended]) == ["✗ upstream broke off  peer closed connection"]
    below = keys(view.payload.nodes)
    assert below[below.index("answer") :] == ["answer", "answer:message", "answer:finish"]
    assert heads([view.payload.nodes[-1]]) == ["finish_reason  none"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.COMPLETE, "✗ ended without a terminal event"),
        (Outcome.CLIENT_GONE, "⚠ the client left"),
        (Outcome.INTERRUPTED, "⚠ the recorder ended first"),
        (Outcome.OPEN, "▶ in_progress"),
    ],
)
def test_how_a_stream_without_a_terminal_event_ended(outcome: Outcome, said: str):
    begun = b'data: {"type": "response.created", "response": {"status": "in_progress", "output": []}}\n\n'
    view = Reading(detail(begun, outcome=outcome)).view()
    assert heads([view.answer.nodes[-1]])[0].strip() == said


def test_options_of_the_recorder_count(four: Path):
    reader = Reader(four)
    try:
        told = reader.detail(4)
    finally:
        reader.close()
    options = {"families": {"my-gpt5": "o3-mini"}, "deployments": {"my-gpt5": "blue"}}
    plain, told_apart = (Reading(each).view() for each in (told, replace(told, options=options)))
    assert plain.payload.value["model"] == "my-gpt5"
    assert told_apart.payload.value["model"] == "blue"
    assert "parallel_tool_calls" not in told_apart.payload.value


def test_a_chat_exchange_while_it_comes_in(four: Path):
    reader = Reader(four)
    try:
        whole = reader.detail(1)
    finally:
        reader.close()
    begun = replace(
        whole,
        exchange=replace(whole.exchange, outcome=Outcome.OPEN, ended=None),
        chunks=tuple(chunk for chunk in whole.chunks if chunk.leg is Leg.REQUEST or chunk.n < 4),
    )
    reading = Reading(begun)
    view = reading.view()
    assert choices(view.streams)[0] is Stream.DERIVED
    for n in range(4, 20):
        more = [chunk for chunk in whole.chunks if chunk.leg is Leg.RESPONSE and chunk.n == n]
        growth = reading.more(replace(begun.exchange, revision=n + 50), {Leg.RESPONSE: more})
        for stream, records in growth.records.items():
            view.streams[stream].extend(records)
    growth = reading.more(whole.exchange, {})
    for stream, records in growth.records.items():
        view.streams[stream].extend(records)
        view.streams[stream].end(growth.endings[stream])
    at_once = Reading(whole).view()
    for stream in (Stream.DERIVED, Stream.SENT):
        assert heads(view.streams[stream].nodes) == heads(at_once.streams[stream].nodes)
    assert heads(list(growth.answer.nodes)) == heads(list(at_once.answer.nodes))


def test_messages_of_a_websocket_are_events():
    events = [
        {"type": "response.created", "response": {"id": "r"}},
        {"type": "response.completed", "response": {}},
    ]
    whole = detail(*(json.dumps(each).encode() for each in events), outcome=Outcome.COMPLETE)
    legs = {leg: replace(message, binary_messages=frozenset()) for leg, message in whole.legs.items()}
    over = replace(whole, legs=legs, exchange=replace(whole.exchange, socket=3, method="WEBSOCKET"))
    view = Reading(over).view()
    rows = view.streams[Stream.SENT]
    assert "200 OK  ws #3" in heads(rows.nodes)[0]
    assert [record.type for record in rows.records] == ["response.created", "response.completed"]
    assert view.bodies[Stream.SENT].text.count("\n") == 2  # each in a line of its own


def test_a_handshake_is_told_from_an_answer_that_broke_off():
    shake = detail(outcome=Outcome.COMPLETE)
    response = replace(shake.legs[Leg.RESPONSE], status=101)
    exchange = replace(shake.exchange, operation="responses.connect", method="GET", status=101)
    view = Reading(replace(shake, legs={Leg.RESPONSE: response}, exchange=exchange)).view()
    [node] = view.answer.nodes
    assert heads([node]) == ["a WebSocket"]
