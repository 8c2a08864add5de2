"""An exchange read for the screen, whole and while it comes in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

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
    assert growth.bodies == whole.bodies
    assert reading.seen == {Leg.RESPONSE: 3}


def test_parts_that_were_not_there_are_read_anew():
    reading = Reading(detail(b"", outcome=Outcome.OPEN))
    before = reading.detail.exchange
    assert not reading.outgrown(replace(before, revision=2))
    assert reading.outgrown(replace(before, revision=2, mode="bridge"))
    unasked = Reading(replace(reading.detail, exchange=replace(before, request_done=None)))
    assert unasked.outgrown(before)


def test_one_without_an_answer_says_how_it_ended():
    told = detail(outcome=Outcome.UNREACHABLE)
    view = Reading(replace(told, legs={Leg.REQUEST: told.legs[Leg.REQUEST]})).view()
    assert "upstream unreachable" in heads(view.streams[Stream.SENT].nodes)[-1]
    assert heads(list(view.answer.nodes)) == ["Nothing came."]
