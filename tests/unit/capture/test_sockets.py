"""Messages of a WebSocket told apart into exchanges."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.sockets import SocketEnd, SocketMessage, Splitter, socket_url, split


def text(kind: str, **members: Any) -> bytes:
    return json.dumps({"type": kind, **members}).encode()


CREATE = text("response.create", model="gpt-5.5", input=[])
CREATED, DELTA, DONE = (text(f"response.{each}") for each in ("created", "output_text.delta", "completed"))
LIMITS = text("codex.rate_limits")
HANDSHAKE = ExchangeDetail(
    Exchange(
        id=7, revision=0, method="GET", url="https://res.openai.azure.com/openai/v1/responses",
        operation="responses.connect", mode="observe", started=1000.0, outcome=Outcome.OPEN, ended=9.0,
        status=101, connection="c1",
    ),
    {
        Leg.REQUEST: Message((("upgrade", "websocket"),), b""),
        Leg.RESPONSE: Message((("x-request-id", "r1"),), b"", 101),
    },
    (),
)  # fmt: skip


def messages(*told: tuple[bool, bytes]) -> list[SocketMessage]:
    return [SocketMessage(from_client, data, 1.0 + n) for n, (from_client, data) in enumerate(told)]


def test_each_request_has_the_messages_until_its_terminal_event() -> None:
    told = messages(
        (False, LIMITS), (True, CREATE), (False, CREATED), (False, DONE), (True, CREATE), (False, CREATED),
        (False, DELTA), (False, DONE), (False, LIMITS), (True, text("response.processed")),
    )  # fmt: skip
    opened, first, second = split(HANDSHAKE, told, SocketEnd(True, 1006), count(8))
    assert [chunk.data for chunk in opened.chunks] == [LIMITS, LIMITS, text("response.processed")]
    assert opened.exchange.outcome is Outcome.COMPLETE
    assert opened.exchange.error is None
    assert opened.legs[Leg.REQUEST].binary_messages == frozenset()
    assert [[c.data for c in one.chunks] for one in (first, second)] == [
        [CREATE, CREATED, DONE],
        [CREATE, CREATED, DELTA, DONE],
    ]
    exchange = second.exchange
    assert (exchange.id, exchange.socket, exchange.method) == (9, 7, "WEBSOCKET")
    assert (exchange.started, exchange.first_byte, exchange.ended) == (1005.0, 1.0, 3.0)
    assert exchange.url == "wss://res.openai.azure.com/openai/v1/responses"
    assert second.legs[Leg.RESPONSE].headers == (("x-request-id", "r1"),)
    assert second.legs[Leg.RESPONSE].body == CREATED + DELTA + DONE


def test_requests_in_a_row_are_answered_in_order() -> None:
    splitter = Splitter()
    assert splitter.place(True, CREATE)[:3] == (1, Leg.REQUEST, True)
    assert splitter.place(True, CREATE)[:3] == (2, Leg.REQUEST, True)
    assert list(splitter.unanswered) == [1, 2]
    assert splitter.place(False, CREATED) == (1, Leg.RESPONSE, True, False, 200)
    assert splitter.place(False, DONE) == (1, Leg.RESPONSE, False, True, None)
    assert splitter.place(False, DONE) == (2, Leg.RESPONSE, True, True, 200)
    assert splitter.place(True, CREATE).number == 3
    assert splitter.place(False, CREATED) == (3, Leg.RESPONSE, True, False, 200)
    assert list(splitter.unanswered) == [3]


def test_an_error_ends_an_answer_and_tells_the_status() -> None:
    error = text("error", status=429, error={"message": "slow down"})
    _, failed = split(HANDSHAKE, messages((True, CREATE), (False, error)), SocketEnd(True, 1006), count(8))
    assert (failed.exchange.status, failed.exchange.outcome) == (429, Outcome.COMPLETE)
    assert failed.legs[Leg.RESPONSE].status == 429
    later = messages((True, CREATE), (False, CREATED), (False, error))
    _, failed = split(HANDSHAKE, later, SocketEnd(True, 1006), count(8))
    assert failed.exchange.status == 200  # an answer had begun
    unsaid = messages((True, CREATE), (False, text("error")))
    assert split(HANDSHAKE, unsaid, SocketEnd(True, 1006), count(8))[1].exchange.status is None


@pytest.mark.parametrize(
    ("data", "is_create"),
    [
        (b' {"model":"x","type":"response.create"}', True),
        (b'{"type":"response.creat\\u0065"}', False),  # nobody writes it so
        (b'{"input":"response.create"}', False),
        (b'{"x":{"type":"response.create"}}', False),
        (b'["response.create"]', False),
        (b'{"type":["response.create"]}', False),
        (b"\xff\xfe", False),
        (b"", False),
        (b'{"a":"response.create","b":' * 6000, False),
    ],
)
def test_what_a_request_is(data: bytes, *, is_create: bool) -> None:
    assert Splitter().place(True, data).begins is is_create
    assert not Splitter().place(True, data, binary=True).begins


@pytest.mark.parametrize(
    ("end", "handshake", "unanswered"),
    [
        (SocketEnd(True, 1006), (Outcome.COMPLETE, None), (Outcome.CLIENT_GONE, None)),
        (SocketEnd(True, 1000), (Outcome.COMPLETE, None), (Outcome.CLIENT_GONE, None)),
        (
            SocketEnd(True, 1002, "odd"),
            (Outcome.COMPLETE, "the client closed the WebSocket: 1002 protocol error: odd"),
            (Outcome.CLIENT_GONE, None),
        ),
        (
            SocketEnd(False, 1000),
            (Outcome.COMPLETE, None),
            (Outcome.UPSTREAM_GONE, "upstream closed the WebSocket: 1000 normal closure"),
        ),
        (
            SocketEnd(False, 1006),
            (
                Outcome.UPSTREAM_GONE,
                "upstream closed the connection of the WebSocket without a close frame",
            ),
            None,
        ),
        (
            SocketEnd(False, 4001, "why"),
            (Outcome.UPSTREAM_GONE, "upstream closed the WebSocket: 4001: why"),
            None,
        ),
        (SocketEnd(), (Outcome.INTERRUPTED, None), (Outcome.INTERRUPTED, None)),
    ],
)
def test_how_it_ended(end: SocketEnd, handshake: Any, unanswered: Any) -> None:
    assert end.of_handshake() == handshake
    assert end.of_unanswered() == (unanswered or handshake)


def test_binary_messages_are_told() -> None:
    told = [SocketMessage(False, b"\x00", 1.0, binary=True), SocketMessage(False, b"", 2.0)]
    [opened] = split(HANDSHAKE, told, SocketEnd(True, 1000), count(8))
    assert opened.legs[Leg.RESPONSE].binary_messages == frozenset({0})
    assert [chunk.data for chunk in opened.chunks] == [b"\x00", b""]
    [silent] = split(HANDSHAKE, [], SocketEnd(True, 1000), count(8))
    assert silent.legs[Leg.RESPONSE].binary_messages is None


def test_the_url_of_a_socket() -> None:
    assert socket_url("http://127.0.0.1:1/x") == "ws://127.0.0.1:1/x"
    assert socket_url("ws://h/x") == "ws://h/x"


SOME = st.one_of(st.binary(max_size=40), st.sampled_from([CREATE, CREATED, DELTA, DONE, LIMITS]))


@given(st.lists(st.tuples(st.booleans(), SOME, st.booleans()), max_size=20))
@settings(max_examples=50)
def test_nothing_is_lost_whatever_passes(told: list[tuple[bool, bytes, bool]]) -> None:
    given_ = [SocketMessage(c, data, float(n), binary) for n, (c, data, binary) in enumerate(told)]
    whole = split(HANDSHAKE, given_, SocketEnd(False, 1000), count(8))
    passed = sorted(
        (one.exchange.started - 1000.0 + chunk.at, chunk.leg is Leg.REQUEST, chunk.data)
        for one in whole
        for chunk in one.chunks
    )
    assert passed == [(one.at, one.from_client, one.data) for one in given_]
    for one in whole:
        for leg, message in one.legs.items():
            assert message.body == b"".join(chunk.data for chunk in one.chunks if chunk.leg is leg)
