"""Messages of a WebSocket, as Chrome writes them."""

from __future__ import annotations

import pytest

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.sockets import SocketMessage
from inspector.formats.har import sockets


def test_out_and_in_again() -> None:
    legs = {
        Leg.REQUEST: Message((), "é".encode(), binary_messages=frozenset()),
        Leg.RESPONSE: Message((), b"\x00\xff", binary_messages=frozenset({0})),
    }
    chunks = (
        Chunk(Leg.REQUEST, 0, 0.5, "é".encode()),
        *(Chunk(Leg.RESPONSE, n, 1.0, b) for n, b in enumerate((b"\0", b"\xff"))),
    )
    exchange = Exchange(1, 0, "WEBSOCKET", "wss://h/", "", "observe", 100.0, Outcome.COMPLETE)
    entry = {sockets.MEMBER: sockets.written(ExchangeDetail(exchange, legs, chunks))}
    assert list(sockets.messages(entry, 100.0)) == [
        SocketMessage(True, "é".encode(), 0.5),
        SocketMessage(False, b"\0", 1.0, binary=True),
        SocketMessage(False, b"\xff", 1.0, binary=True),  # called a text, and is none
    ]
    assert sockets.sent(entry, from_client=False) == [b"\0", b"\xff"]


@pytest.mark.parametrize("unit", [1, 1000])
def test_times_in_seconds_and_in_milliseconds(unit: int) -> None:
    told = [{"type": "send", "opcode": 1, "data": "a", "time": 1_790_000_000.5 * unit}]
    assert [each.at for each in sockets.messages({sockets.MEMBER: told}, 1_790_000_000.0)] == [0.5]


def test_what_is_no_message_is_passed_over() -> None:
    odd = [None, 5, {"opcode": 8, "data": "x"}, {"opcode": 9}, {}, {"type": "send", "opcode": 2, "data": "?"}]
    broken = {"type": "error", "opcode": -1, "data": "closed", "time": 1}
    assert [each.data for each in sockets.messages({sockets.MEMBER: [*odd, broken]}, 0.0)] == [b"", b"?"]
    assert (sockets.error({sockets.MEMBER: [*odd, broken]}), sockets.error({sockets.MEMBER: odd})) == (
        "closed",
        None,
    )
    assert list(sockets.messages({sockets.MEMBER: {}}, 0.0)) == []
