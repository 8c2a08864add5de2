"""A session over a WebSocket in the capture: what is derived of it, and what it would have been posted as."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.bulk import BulkWriter
from inspector.capture.compared import compare_exchanges
from inspector.capture.events import response_events
from inspector.capture.filter.language import parse
from inspector.capture.filter.texts import ExchangeTexts
from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.posted import as_posted, whole
from inspector.capture.reader import Reader
from inspector.capture.sockets import METHOD, SocketEnd, SocketMessage, split
from inspector.capture.store import RecorderInfo
from inspector.capture.stored_history import history_of
from inspector.capture.translated import chat_request, earlier_items

URL = "https://my-res.openai.azure.com/openai/v1/responses"
HANDSHAKE = (
    ("upgrade", "websocket"),
    ("connection", "Upgrade"),
    ("sec-websocket-version", "13"),
    ("user-agent", "codex_exec/0.169.0"),
    ("openai-beta", "responses_websockets=2026-02-06"),
    ("thread-id", "t1"),
    ("x-codex-turn-metadata", '{"thread_id":"t1","turn_id":"","request_kind":"prewarm"}'),
)
AGREED = (("x-request-id", "r1"),)
LATER = '{"thread_id":"t1","turn_id":"u1","request_kind":"turn"}'


def said(role: str, text: str) -> dict[str, Any]:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


def create(*items: Any, **members: Any) -> dict[str, Any]:
    return {"type": "response.create", "model": "m", "input": list(items), **members}


def answer(response_id: str, *output: Any) -> list[dict[str, Any]]:
    response = {"id": response_id, "object": "response", "status": "in_progress", "output": []}
    items = [
        {"type": "response.output_item.done", "output_index": n, "item": i} for n, i in enumerate(output)
    ]
    usage = {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}
    ended = {**response, "status": "completed", "output": list(output), "usage": usage}
    return [
        {"type": "response.created", "response": response},
        *items,
        {"type": "response.completed", "response": ended},
    ]


METADATA = {"thread_id": "t1", "turn_id": "u1", "x-codex-turn-metadata": LATER}
TALK: list[tuple[bool, Any]] = [
    (False, {"type": "codex.rate_limits"}),
    (True, create(said("developer", "rules"), generate=False)),
    *((False, each) for each in answer("r1")),
    (True, create(said("user", "one"), previous_response_id="r1", client_metadata=METADATA)),
    *((False, each) for each in answer("r2", said("assistant", "two"))),
    (True, create(said("user", "three"), previous_response_id="r2", client_metadata=METADATA)),
    (False, {"type": "error", "status": 429, "error": {"code": "slow", "message": "Wait."}}),
]


@pytest.fixture
def recorded(studio: Any) -> Iterator[Reader]:
    """The talk as the proxy records it."""
    writer, now = studio.writer(), time.monotonic()
    shake = studio.begin(
        writer, method="GET", url=URL, headers=HANDSHAKE, operation="responses.connect", at=now
    )
    writer.end_leg(shake, Leg.REQUEST, now)
    writer.head(shake, Leg.RESPONSE, AGREED, status=101, at=now + 0.5)
    handle = None
    for n, (from_client, value) in enumerate(TALK):
        data, at = json.dumps(value).encode(), now + 1 + n
        if from_client:
            told: dict[str, Any] = {"method": METHOD, "url": f"wss{URL[5:]}", "socket": shake}
            handle = studio.begin(writer, headers=HANDSHAKE, at=at, **told)
            writer.message(handle, Leg.REQUEST, data, at)
            writer.end_leg(handle, Leg.REQUEST, at)
            continue
        if handle is not None and value["type"] in ("response.created", "error"):
            status = value.get("status", 200)
            writer.head(handle, Leg.RESPONSE, AGREED, status=status, at=at)
        writer.message(handle or shake, Leg.RESPONSE, data, at)
        if handle is not None and value["type"] in ("response.completed", "error"):
            writer.end_leg(handle, Leg.RESPONSE, at)
            writer.finish(handle, Outcome.COMPLETE, at=at)
    writer.message(shake, Leg.REQUEST, b"", now + 20)
    writer.message(shake, Leg.REQUEST, b"\xff", now + 21, binary=True)
    writer.finish(shake, Outcome.COMPLETE, at=now + 22)
    assert writer.flush()
    assert studio.problems in ([], [None])
    with closing(Reader(studio.path)) as reader:
        assert reader.notes() == []
        yield reader


def test_what_is_derived(recorded: Reader) -> None:
    opened, warmed, asked, failed = recorded.exchanges()
    assert [each.socket for each in (opened, warmed, asked, failed)] == [None, 1, 1, 1]
    assert {(each.session, each.turn, each.client) for each in (opened, warmed, asked, failed)} == {
        ("t1", 1, "codex_exec 0.169.0")
    }
    assert [each.request_kind for each in (warmed, asked)] == ["prewarm", "turn"]
    assert (warmed.turn_id, asked.turn_id, asked.model, asked.response_id) == (None, "u1", "m", "r2")
    assert (asked.event_count, asked.usage and asked.usage.input_tokens) == (3, 9)
    assert (opened.event_count, opened.error) == (1, None)
    assert (failed.status, failed.outcome) == (429, Outcome.COMPLETE)
    assert "Wait." in (failed.error or "")
    aside = recorded.detail(1).legs[Leg.REQUEST]
    assert (aside.binary_messages, aside.body) == (frozenset({1}), b"\xff")
    assert [chunk.data for chunk in recorded.chunks(1, Leg.REQUEST)] == [b"", b"\xff"]


def test_each_message_is_an_event(recorded: Reader) -> None:
    detail = recorded.detail(3)
    events = response_events(detail)
    assert [event.data for event in events] == answer("r2", said("assistant", "two"))
    body = detail.legs[Leg.RESPONSE].body
    assert [event.text.encode() for event in events] == [
        body[event.offset :][: len(event.text)] for event in events
    ]
    assert [(event.n, event.chunk) for event in events] == [(0, 0), (1, 1), (2, 2)]


def test_filters_see_its_events_and_what_was_asked(recorded: Reader) -> None:
    detail = recorded.detail(3)
    for words, fits in (
        ("type:response.output_item.done", True),
        ("type:response.failed", False),
        ("request:one response:two", True),
        ("method:websocket", True),
    ):
        texts = ExchangeTexts(detail.exchange, lambda leg: recorded.message(3, leg))
        assert parse(words).matches_deep(detail.exchange, texts) is fits, words


def test_the_history_is_what_the_socket_knew(recorded: Reader) -> None:
    before = [said("developer", "rules"), said("user", "one"), said("assistant", "two")]
    assert history_of(recorded, "r2") == before
    failed = recorded.detail(4)
    translated = chat_request(failed, earlier_items(recorded, failed))
    assert translated is not None
    assert [message["content"] for message in translated.payload["messages"]] == [
        "rules",
        "one",
        "two",
        "three",
    ]
    assert not {row.source for row in translated.report.rows} & {"/type", "/generate"}
    posted = whole(recorded, failed)
    request = posted.legs[Leg.REQUEST]
    assert json.loads(request.body) == {
        "model": "m",
        "stream": True,
        "input": [*before, said("user", "three")],
        "client_metadata": METADATA,
    }
    assert (posted.exchange.method, posted.exchange.url, request.is_messages) == ("POST", URL, False)
    assert request.headers == (
        ("user-agent", "codex_exec/0.169.0"),
        ("thread-id", "t1"),
        ("x-codex-turn-metadata", LATER),
        ("content-type", "application/json"),
        ("accept", "text/event-stream"),
    )
    compared = compare_exchanges(whole(recorded, recorded.detail(3)), posted)
    assert compared.requests.prefix.broken is False


def test_what_cannot_be_said_stays(recorded: Reader) -> None:
    alone = as_posted(recorded.detail(3), None)
    assert json.loads(alone.legs[Leg.REQUEST].body)["previous_response_id"] == "r1"
    opened = recorded.detail(1)
    assert as_posted(opened, None) is opened
    odd = replace(recorded.detail(3).legs[Leg.REQUEST], body=b"no JSON")
    assert (
        as_posted(replace(recorded.detail(3), legs={Leg.REQUEST: odd}), []).legs[Leg.REQUEST].body
        == b"no JSON"
    )


def test_read_from_a_file_it_comes_to_the_same(recorded: Reader, tmp_path: Path) -> None:
    exchange = Exchange(
        id=1, revision=0, method="GET", url=URL, operation="responses.connect", mode="observe",
        started=recorded.exchange(1).started, outcome=Outcome.OPEN, connection="line-1", ended=22.0,
        first_byte=0.5, request_done=0.0, status=101,
    )  # fmt: skip
    legs = {Leg.REQUEST: Message(HANDSHAKE, b""), Leg.RESPONSE: Message(AGREED, b"", 101)}
    messages = [SocketMessage(c, json.dumps(v).encode(), 1.0 + n) for n, (c, v) in enumerate(TALK)]
    messages += [SocketMessage(True, b"", 20.0), SocketMessage(True, b"\xff", 21.0, binary=True)]
    path = tmp_path / "bulk.db"
    bulk = BulkWriter(path, RecorderInfo("1.0", "observe"))
    for each in split(ExchangeDetail(exchange, legs, ()), messages, SocketEnd(True, 1006), count(2)):
        bulk.add(each)
    bulk.close()
    with closing(Reader(path)) as reader:
        for number in range(1, 5):
            live, read = recorded.detail(number), reader.detail(number)
            row = replace(live.exchange, revision=read.exchange.revision, started=read.exchange.started)
            assert read.exchange == row
            assert read.legs == live.legs
            assert [chunk.data for chunk in read.chunks] == [chunk.data for chunk in live.chunks]
