"""Event streams alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.events import response_events
from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Headers, Leg, Message, Outcome, Timing
from inspector.formats.exporting import Unfit
from inspector.formats.importing import Input
from inspector.formats.plain import alone
from inspector.formats.plain.sse import SseExporter, SseImporter

Read = Callable[[bytes], tuple[str, list[Any]]]
STREAM = (
    b'event: response.created\ndata: {"type": "response.created", "response": {"id": "r"}}\n\n'
    b'event: response.completed\ndata: {"type": "response.completed", "response": {"id": "r"}}\n\n'
)
CHAT = b'data: {"object":"chat.completion.chunk","choices":[]}\r\n\r\ndata: [DONE]\r\n\r\n'
SSE = (("content-type", "text/event-stream; charset=utf-8"),)


def test_one_answer_evenly_spaced(read: Read) -> None:
    name, (detail,) = read(STREAM)
    exchange = detail.exchange
    assert (name, exchange.operation, exchange.url) == ("sse", "responses.create", "/responses")
    assert set(detail.legs) == {Leg.RESPONSE}
    assert detail.legs[Leg.RESPONSE].body == STREAM
    assert [chunk.at for chunk in detail.chunks] == [0.0, 0.02]
    assert (exchange.source.timing, exchange.ended) == (Timing.EVEN, 0.02)
    assert exchange.source.remarks[0].startswith("The file holds this body alone")
    assert [event.type for event in response_events(detail)] == ["response.created", "response.completed"]


def test_chat_and_what_is_neither(read: Read) -> None:
    assert [read(CHAT)[1][0].exchange.operation, read(CHAT)[1][0].exchange.url] == [
        "chat.create",
        "/chat/completions",
    ]
    assert read(b': hello\n\ndata: {"a": 1}\n\n')[1][0].exchange.operation == ""


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (STREAM, True),
        (STREAM[:40], True),
        (b"\xef\xbb\xbf" + CHAT, True),
        (b'data: {"a": "' + b"x" * 70_000, True),
        (b"id: 7\nretry: 1\ndata: {}\n\n", True),
        (b"", False),
        (b"data: hello\n\n", False),
        (b"data:\n  - yaml\n", False),
        (b"name: x\ndata: {}\n", False),
        (b'{"a": 1}', False),
        (b"data: {}\0", False),
    ],
)
def test_it_is_known_by_its_lines(head: bytes, known: bool) -> None:
    assert SseImporter().recognises(head, Path("x")) is known


def test_of_a_very_large_one_the_beginning(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "LARGEST", len(STREAM) - 10)
    _, (detail, damage) = read(STREAM)
    assert len(detail.legs[Leg.RESPONSE].body) == damage.offset == len(STREAM) - 10


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_nothing_is_too_odd(tmp_path_factory: pytest.TempPathFactory, odd: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.sse"
    path.write_bytes(odd)
    SseImporter().recognises(odd, path)
    (detail,) = SseImporter().read(Input("odd.sse", path, len(odd)), lambda _: None)
    assert isinstance(detail, ExchangeDetail)
    assert detail.legs[Leg.RESPONSE].body == b"".join(chunk.data for chunk in detail.chunks) == odd


def made(message: Message | None, *pieces: bytes) -> ExchangeDetail:
    exchange = Exchange(3, 0, "POST", "https://h/", "", "observe", 1.5, Outcome.COMPLETE)
    legs = {Leg.RESPONSE: message} if message else {}
    return ExchangeDetail(exchange, legs, tuple(Chunk(Leg.RESPONSE, n, 0.0, p) for n, p in enumerate(pieces)))


def written(detail: ExchangeDetail) -> tuple[bytes, list[str]]:
    out = io.BytesIO()
    told = SseExporter().write([detail], out)
    return out.getvalue(), told


def test_it_is_written_unpacked(read: Read) -> None:
    packed = Message((*SSE, ("content-encoding", "zstd")), zstandard.compress(STREAM), 200)
    assert written(made(packed)) == (STREAM, [])
    assert read(written(made(Message(SSE, STREAM, 200)))[0])[1][0].legs[Leg.RESPONSE].body == STREAM
    cut = Message((*SSE, ("content-encoding", "gzip")), b"no gzip", 200)
    assert written(made(cut))[1][0].startswith("Not all of the stream could be unpacked: ")


@pytest.mark.parametrize("headers", [(), (("Content-Type", "Text/Event-Stream"),)])
def test_a_stream_is_one_whatever_it_calls_itself(headers: Headers) -> None:
    stream = b'data: {"a": 1}\n\n'
    assert written(made(Message(headers, stream, 200), stream)) == (stream, [])


def test_messages_of_a_websocket_become_events() -> None:
    body, told = written(made(Message((), b'{"a":1}{\n}', binary_messages=frozenset()), b'{"a":1}', b"{\n}"))
    assert body == b'data: {"a":1}\n\ndata: {\ndata: }\n\n'
    assert told == ["It went over a WebSocket: each message is written as an event."]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (None, "has no answer"),
        (Message(SSE, b"", 200, absent=True), "has no answer"),
        (Message((("content-type", "application/json"),), b"{}", 200), "was not answered by an event stream"),
    ],
)
def test_what_is_no_stream_is_said(message: Message | None, words: str) -> None:
    with pytest.raises(Unfit, match=f"Exchange 3 {words}"):
        written(made(message))
