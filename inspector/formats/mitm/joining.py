"""A WebSocket's exchanges as one flow again: its handshake, and the messages of all in the order of time.

They lie apart in a capture, with others between, and a flow is written whole: until all are there, messages
wait in a temporary file, those of one flow in memory when it is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, cast

from inspector.capture.model import ExchangeDetail, Leg, Message, Outcome
from inspector.capture.sockets import METHOD
from inspector.formats.mitm.flow import flow_of
from inspector.formats.mitm.sockets import BINARY
from inspector.formats.mitm.walk import State

_TEXT = 1
_IN_MEMORY = 2**20
_CLIENT_S = (Leg.REQUEST, Leg.RESPONSE)
_NO_FRAME = 1006  # no close frame: so Codex leaves


@dataclass(slots=True)
class _Waiting:
    """Where a message lies, and what a flow says of it."""

    at: float  # Unix
    from_client: bool
    binary: bool
    start: int
    size: int


@dataclass(slots=True)
class _Socket:
    handshake: ExchangeDetail | None = None
    part: ExchangeDetail | None = None  # one of it, without its messages
    messages: list[_Waiting] = field(default_factory=list)
    parts: int = 0


def is_of_socket(detail: ExchangeDetail) -> bool:
    """Whether an exchange is a handshake or went over a socket."""
    exchange = detail.exchange
    switched = exchange.status == 101 and exchange.method == "GET"
    return switched or exchange.socket is not None or exchange.method == METHOD or _has_messages(detail)


class Joining:
    """Told exchanges, gives flows when all have been told. To be closed."""

    def __init__(self) -> None:
        self._sockets: dict[int, _Socket] = {}
        made = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it is closed when we are
        self._file = cast("BinaryIO", made)
        self._size = 0

    def close(self) -> None:
        """The waiting messages go."""
        self._file.close()

    def add(self, detail: ExchangeDetail) -> None:
        """A handshake, or an exchange that went over its socket."""
        exchange = detail.exchange
        socket = self._sockets.setdefault(exchange.socket or exchange.id, _Socket())
        if exchange.method == METHOD or exchange.socket is not None:
            socket.part, socket.parts = _head(detail), socket.parts + 1
        else:
            socket.handshake = _head(detail)
        for chunk in detail.chunks:
            message = detail.legs.get(chunk.leg)
            if chunk.leg not in _CLIENT_S or message is None or message.binary_messages is None:
                continue
            binary = chunk.n in message.binary_messages
            at = exchange.started + chunk.at
            socket.messages.append(
                _Waiting(at, chunk.leg is Leg.REQUEST, binary, self._size, len(chunk.data))
            )
            self._file.write(chunk.data)
            self._size += len(chunk.data)

    def flows(self) -> Iterator[tuple[State, bool]]:
        """A flow for each socket, and whether its handshake was among the exchanges."""
        for socket in self._sockets.values():
            opened = socket.handshake or socket.part
            assert opened is not None
            exchange = opened.exchange
            if socket.handshake is None:
                exchange = replace(exchange, method="GET", outcome=Outcome.COMPLETE, error=None)
                opened = replace(opened, exchange=exchange)
            state = flow_of(opened)
            by_client = {Outcome.INTERRUPTED: None, Outcome.OPEN: None, Outcome.UPSTREAM_GONE: False}
            left = by_client.get(exchange.outcome, True)
            state["error"] = None
            state["websocket"] = {
                "messages": [self._message(each) for each in sorted(socket.messages, key=lambda one: one.at)],
                "closed_by_client": left,
                "close_code": None if left is None else _NO_FRAME,
                "close_reason": None,
                "timestamp_end": None if exchange.ended is None else exchange.started + exchange.ended,
            }
            yield state, socket.handshake is not None

    def _message(self, told: _Waiting) -> tuple[object, ...]:
        self._file.seek(told.start)
        content = self._file.read(told.size)
        return (BINARY if told.binary else _TEXT, told.from_client, content, told.at, False, False)


def _has_messages(detail: ExchangeDetail) -> bool:
    return any(message.is_messages for message in detail.legs.values())


def _head(detail: ExchangeDetail) -> ExchangeDetail:
    """The heads, as those of a handshake."""
    legs = {leg: Message(message.headers, b"", message.status) for leg, message in detail.legs.items()}
    legs.setdefault(Leg.REQUEST, Message((), b""))
    answer = legs.get(Leg.RESPONSE, Message((), b""))
    if detail.exchange.method == METHOD:
        answer = replace(answer, status=101)
    legs[Leg.RESPONSE] = answer
    return replace(detail, legs=legs, chunks=())
