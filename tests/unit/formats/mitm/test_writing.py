"""Flow files that we write: opened by the mitmproxy at hand, and read again by us."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.capture.model import (
    Chunk,
    Exchange,
    ExchangeDetail,
    Leg,
    Made,
    Message,
    Outcome,
)
from inspector.capture.sockets import SocketEnd, SocketMessage, split
from inspector.formats.exporting import exporter
from inspector.formats.mitm import tnetstring, writing
from inspector.formats.mitm.writing import MitmExporter

BEGUN = 1_790_000_000.25
URL = "https://my-res.openai.azure.com/openai/v1/responses?api-version=preview"
ASKED = b'{"model": "gpt-5.5", "stream": true}'
EVENTS = [b'data: {"type":"response.created"}\n\n', b'data: {"type":"response.completed"}\n\n']
NOT_CARRIED = ("boundaries",)
ByMitmproxy = Callable[[Path], list[Any]]


def exchange(**more: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": 7, "revision": 1, "method": "POST", "url": URL, "operation": "responses.create",
        "mode": "observe", "started": BEGUN, "outcome": Outcome.COMPLETE, "connection": "c1", "status": 200,
        "request_done": 0.125, "first_byte": 0.5, "ended": 2.75,
    }  # fmt: skip
    return Exchange(**(told | more))


def detail(*, absent: bool = False, **more: Any) -> ExchangeDetail:
    body = b"" if absent else b"".join(EVENTS)
    legs = {
        Leg.REQUEST: Message((("Content-Type", "application/json"), ("x-\xff", "\x80")), ASKED),
        Leg.RESPONSE: Message((("a", "b"), ("a", "c")), body, 200, (("sum", "1"),), absent),
    }
    chunks = [Chunk(Leg.REQUEST, 0, 0.125, ASKED)]
    if not absent:
        chunks += [Chunk(Leg.RESPONSE, n, 0.5 + n, data) for n, data in enumerate(EVENTS)]
    return ExchangeDetail(exchange(**more), legs, tuple(chunks))


@pytest.fixture
def exported(tmp_path: Path) -> Callable[..., tuple[Path, list[str]]]:
    """A file of exchanges, and what was said about it."""

    def write(*details: ExchangeDetail) -> tuple[Path, list[str]]:
        path = tmp_path / "out.mitm"
        with path.open("wb") as out:
            remarks = MitmExporter().write(details, out)
        return path, remarks

    return write


def test_it_is_registered() -> None:
    assert isinstance(exporter("mitm"), MitmExporter)


def test_mitmproxy_opens_it(exported: Any, by_mitmproxy: ByMitmproxy) -> None:
    path, remarks = exported(detail(marked=True, note="slow"), detail(id=8, http_version="HTTP/2.0"))
    first, second = by_mitmproxy(path)
    request, response = first.request, first.response
    assert (request.method, request.url, request.raw_content) == ("POST", URL, ASKED)
    assert request.headers.fields == ((b"Content-Type", b"application/json"), (b"x-\xff", b"\x80"))
    assert (request.timestamp_start, request.timestamp_end) == (BEGUN, BEGUN + 0.125)
    assert (response.status_code, response.reason, response.raw_content) == (200, "OK", b"".join(EVENTS))
    assert (response.timestamp_start, response.timestamp_end) == (BEGUN + 0.5, BEGUN + 2.75)
    assert response.trailers.fields == ((b"sum", b"1"),)
    assert (first.error, first.marked, first.comment, first.client_conn.id) == (
        None,
        ":default:",
        "slow",
        "c1",
    )
    assert first.metadata == {"inspector": {"mode": "observe", "outcome": "complete"}}
    assert (second.request.http_version, second.response.http_version) == ("HTTP/2.0", "HTTP/2.0")
    assert first.id != second.id
    assert remarks == [writing.PIECES]


_TIMES = st.none() | st.floats(0, 1e6)
_WORDS = st.text(max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    exchange_=st.builds(
        exchange,
        method=_WORDS,
        url=_WORDS | _WORDS.map("https://h{}".format) | _WORDS.map("http://[::1]:99/{}".format),
        outcome=st.sampled_from(Outcome),
        http_version=_WORDS,
        connection=_WORDS,
        note=_WORDS,
        error=st.none() | _WORDS,
        started=st.floats(0, 2e9),
        request_done=_TIMES,
        first_byte=_TIMES,
        ended=_TIMES,
    ),
    legs=st.dictionaries(
        st.sampled_from(Leg),
        st.builds(
            Message,
            st.lists(st.tuples(_WORDS, _WORDS), max_size=3).map(tuple),
            st.binary(max_size=20),
            st.none() | st.integers(0, 999),
            absent=st.booleans(),
        ),
    ),
)
def test_whatever_is_in_a_capture_mitmproxy_opens_it(
    exported: Any, by_mitmproxy: ByMitmproxy, read: Any, exchange_: Exchange, legs: dict[Leg, Message]
) -> None:
    path, _ = exported(ExchangeDetail(exchange_, legs, ()))
    flows = by_mitmproxy(path)
    assert len(flows) == 1 + bool({Leg.UPSTREAM_REQUEST, Leg.UPSTREAM_RESPONSE} & set(legs))
    (again,) = read(path)
    for leg, message in legs.items():
        assert again.legs[leg].body == (b"" if message.absent else message.body)
        assert again.legs[leg].absent is message.absent


def test_what_mitmproxy_makes_of_it_is_the_same_file(exported: Any, by_mitmproxy: ByMitmproxy) -> None:
    path, _ = exported(detail(), detail(id=9, outcome=Outcome.UPSTREAM_GONE, error="h broke off."))
    again = b"".join(tnetstring.encode(each.get_state()) for each in by_mitmproxy(path))
    assert len(again) == len(path.read_bytes())


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"marked": True, "note": "look: \u00e9 \u2603", "http_version": "HTTP/3"},
        {"outcome": Outcome.UPSTREAM_GONE, "error": "my-res broke off in the middle of the response: x."},
        {"outcome": Outcome.CLIENT_GONE},
        {"outcome": Outcome.REFUSED, "error": "This proxy stands for x only."},
        {"outcome": Outcome.INTERRUPTED},
        {"mode": "repair", "made": Made("replay")},
        {"url": "http://[::1]:8080/v1/responses", "ended": 3.0},
        {"url": "/responses", "connection": ""},
        {"absent": True},
    ],
    ids=lambda more: ",".join(more),
)
def test_it_comes_back_as_it_was(exported: Any, read: Any, alike: Any, more: dict[str, Any]) -> None:
    one = detail(**more)
    path, _ = exported(one)
    (again,) = read(path)
    alike(one, again, derived=False, without=NOT_CARRIED)


@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.UPSTREAM_GONE, Outcome.INTERRUPTED])
def test_without_an_answer(exported: Any, read: Any, by_mitmproxy: Any, alike: Any, outcome: Outcome) -> None:
    whole = detail(outcome=outcome, status=None, first_byte=None, error="why", ended=4.0)
    if outcome is Outcome.INTERRUPTED:
        whole = replace(whole, exchange=replace(whole.exchange, ended=None, error=None))
    legs, chunks = {Leg.REQUEST: whole.legs[Leg.REQUEST]}, whole.chunks[:1]
    one = replace(whole, legs=legs, chunks=chunks)
    path, _ = exported(one)
    (flow,) = by_mitmproxy(path)
    assert flow.response is None
    assert (flow.error is None) is (outcome is Outcome.INTERRUPTED)
    (again,) = read(path)
    alike(one, again, derived=False, without=NOT_CARRIED)


def test_both_sides_of_a_bridge(exported: Any, read: Any, by_mitmproxy: ByMitmproxy, alike: Any) -> None:
    one = detail(mode="bridge")
    chat = b'{"model": "my-deployment", "messages": []}'
    one.legs[Leg.UPSTREAM_REQUEST] = Message((("content-type", "application/json"),), chat)
    one.legs[Leg.UPSTREAM_RESPONSE] = Message((), b"data: [DONE]\n\n", 200)
    chunks = (
        Chunk(Leg.UPSTREAM_REQUEST, 0, 0.125, chat),
        Chunk(Leg.UPSTREAM_RESPONSE, 0, 0.5, b"data: [DONE]\n\n"),
    )
    one = replace(one, chunks=(*one.chunks, *chunks), options={"api_version": "2024-10-21"})
    path, remarks = exported(one, detail(id=8))
    client_s, upstream_s, other = by_mitmproxy(path)
    assert client_s.request.raw_content == ASKED
    assert upstream_s.request.path == (
        "/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21"
    )
    assert upstream_s.request.raw_content == chat
    assert "What went upstream instead of exchange 7" in upstream_s.comment
    assert not other.comment
    assert writing.UPSTREAM in remarks
    again, _ = read(path)
    alike(one, again, derived=False, without=(*NOT_CARRIED, "options"))


def text(kind: str) -> bytes:
    return json.dumps({"type": kind}).encode()


CREATE, CREATED, DONE = (text(f"response.{each}") for each in ("create", "created", "completed"))
TOLD = [(False, b"\0\1"), (True, CREATE), (False, CREATED), (False, DONE), (True, CREATE), (False, CREATED)]
MESSAGES = [
    SocketMessage(from_client, data, 1.0 + n, binary=n == 0) for n, (from_client, data) in enumerate(TOLD)
]


def socket() -> list[ExchangeDetail]:
    opened = ExchangeDetail(
        exchange(method="GET", operation="responses.connect", status=101, ended=30.0),
        {Leg.REQUEST: Message((("upgrade", "websocket"),), b""), Leg.RESPONSE: Message((), b"", 101)},
        (),
    )
    return split(opened, MESSAGES, SocketEnd(True, 1006), count(8))


def test_a_socket_is_one_flow_again(exported: Any, read: Any, by_mitmproxy: ByMitmproxy, alike: Any) -> None:
    opened, first, second = socket()
    path, remarks = exported(opened, first, detail(id=11), second)
    other, flow = by_mitmproxy(path)
    assert other.websocket is None
    assert [(each.from_client, each.content, each.is_text) for each in flow.websocket.messages] == [
        (each.from_client, each.data, not each.binary) for each in MESSAGES
    ]
    assert [each.timestamp for each in flow.websocket.messages] == [BEGUN + each.at for each in MESSAGES]
    assert flow.websocket.timestamp_end == BEGUN + 30
    assert writing.PARTS in remarks
    _, *again = read(path)
    for one, two in zip((opened, first, second), again, strict=True):
        alike(one, two, derived=False)


def test_a_part_of_a_socket_alone(exported: Any, by_mitmproxy: ByMitmproxy) -> None:
    _, first, _ = socket()
    path, remarks = exported(first)
    (flow,) = by_mitmproxy(path)
    assert (flow.request.method, flow.request.url, flow.response.status_code) == ("GET", URL, 101)
    assert len(flow.websocket.messages) == 3
    assert writing.NO_HANDSHAKE in remarks


def test_bodies_that_are_missing_are_told(exported: Any, by_mitmproxy: ByMitmproxy) -> None:
    path, remarks = exported(detail(absent=True))
    (flow,) = by_mitmproxy(path)
    assert flow.response.raw_content is None
    assert remarks == [writing.ABSENT]
