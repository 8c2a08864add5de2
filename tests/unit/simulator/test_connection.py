"""A connection that is fed by hand: when it stops reading, and when others have their turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from inspector.simulator.connection import AT_ONCE, MAX_AHEAD, Connection
from inspector.simulator.crowd import Crowd
from inspector.simulator.record import Log
from inspector.simulator.script import Answer, Gate, Received, Switch, WaitFor

UPGRADE = (
    b"GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
PING = bytes([0x89, 0x80, 0, 0, 0, 0])
MESSAGE = bytes([0x81, 0xFE, 0x40, 0, 0, 0, 0, 0]) + b"x" * 0x4000


class Wire:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.reads = True

    def write(self, data: bytes) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True

    def close(self) -> None:
        """Nothing is left to be sent."""


class Line:
    """A connection and what it is connected by."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.log = Log()
        self.wire = Wire()
        self.connection = Connection(0, self._answer, self.log, Crowd())
        made: Any = self.wire
        self.connection.connection_made(made)

    def _answer(self, received: Received) -> Answer:
        if received.header("upgrade") and received.method == "GET":
            return Answer(101, (), (Switch(self._answer),))
        return Answer(steps=(WaitFor(self.gate),))

    async def say(self, data: bytes) -> None:
        self.connection.data_received(data)
        await turn()


async def turn() -> None:
    for _ in range(4):
        await asyncio.sleep(0)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    yield line
    line.gate.open()
    line.connection.connection_lost(None)
    await turn()


async def test_a_body_of_many_pieces_lets_others_have_their_turn(line: Line) -> None:
    head = b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    await line.say(head + b"1\r\nx\r\n" * AT_ONCE * 9 + b"0\r\n\r\n")
    assert line.log.count == 0
    while not line.log.count:
        await turn()
    assert len(line.log.received[0].body) == AT_ONCE * 9


async def test_requests_sent_ahead_wait_at_the_client(line: Line) -> None:
    await line.say(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
    ahead = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 600000\r\n\r\n" + b"x" * 600_000
    await line.say(ahead)
    assert line.wire.reads
    await line.say(ahead)
    assert not line.wire.reads
    line.gate.open()
    while line.log.count < 3:
        await turn()
    await turn()
    assert line.wire.reads


async def test_messages_sent_ahead_too_and_then_it_reads_on(line: Line) -> None:
    await line.say(UPGRADE)
    for _ in range(MAX_AHEAD // len(MESSAGE) + 1):
        await line.say(MESSAGE)
    assert not line.wire.reads
    line.gate.open()
    while not line.wire.reads:
        await turn()
    assert line.connection.held == 0


async def test_who_does_not_read_is_not_listened_to_over_a_websocket(line: Line) -> None:
    await line.say(UPGRADE)
    line.connection.pause_writing()
    assert not line.wire.reads  # each ping would have to be answered
    line.connection.resume_writing()
    assert line.wire.reads
    await line.say(PING)
    assert line.wire.written.endswith(b"\x8a\x00")
