"""What goes over a WebSocket, told apart into exchanges.

Each `response.create` of the client is an exchange: that message is its request, and every message of the
server until the terminal event, or an error, its answer. A socket answers one at a time, in the order in
which it was asked. What belongs to no answer is the handshake's, which is an exchange of its own.

    GET .../responses, 101            0, the handshake
    ──► {"type":"response.create"}    1, its request
    ◄── {"type":"response.created"}   1, its answer
    ◄── {"type":"response.completed"} 1, and with it the answer is over
    ──► {"type":"response.processed"} 0, the handshake's request
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object

METHOD = "WEBSOCKET"
"""The method of an exchange that went over a socket."""

CREATE = "response.create"
_TERMINALS = frozenset(
    {"response.completed", "response.failed", "response.incomplete", "response.done", "error"}
)
_TYPE_FIRST = re.compile(rb'\s*\{\s*"type"\s*:\s*"([^"\\]{1,64})"')
_MATTERS = re.compile(rb'"(?:response\.(?:create|completed|failed|incomplete|done)|error)"')
_LARGEST = 2**26  # bytes of a message that does not begin with its type, up to which it is parsed for it


class Place(NamedTuple):
    """Where a message belongs: to exchange 0, the handshake's, or to that of the nth `response.create`."""

    number: int
    leg: Leg
    begins: bool = False  # the first of its leg: an exchange begins with it, or its answer
    ends: bool = False  # the answer is over with it
    status: int | None = None  # of an answer that begins: 200, of an error the one that it tells, if any


class Splitter:
    """Told every message of one socket, in order, says where it belongs. Whatever the bytes are."""

    def __init__(self) -> None:
        self._count = 0
        self._unanswered: deque[int] = deque()
        self._begun = False  # the first of these has been answered in part

    @property
    def unanswered(self) -> tuple[int, ...]:
        """The exchanges whose answer is not over, oldest first."""
        return tuple(self._unanswered)

    def place(self, from_client: bool, data: bytes, *, binary: bool = False) -> Place:
        """Where the next message belongs."""
        kind = "" if binary else _type_of(data)
        if from_client:
            if kind != CREATE:
                return Place(0, Leg.REQUEST)
            self._count += 1
            self._unanswered.append(self._count)
            return Place(self._count, Leg.REQUEST, begins=True)
        if not self._unanswered:
            return Place(0, Leg.RESPONSE)
        begins, ends = not self._begun, kind in _TERMINALS
        status = None if not begins else _status_of(data) if kind == "error" else 200
        self._begun = not ends
        number = self._unanswered.popleft() if ends else self._unanswered[0]
        return Place(number, Leg.RESPONSE, begins, ends, status)


def _type_of(data: bytes) -> str:
    if first := _TYPE_FIRST.match(data):
        return first[1].decode("utf-8", "replace")
    if len(data) > _LARGEST or not _MATTERS.search(data):
        return ""
    kind = (parse_object(data) or {}).get("type")
    return kind if isinstance(kind, str) else ""


def _status_of(data: bytes) -> int | None:
    """The HTTP status that an error stands for: sockets have none but the handshake's."""
    told = parse_object(data) or {}
    status = told.get("status", told.get("status_code"))
    return status if isinstance(status, int) and 100 <= status < 600 else None


def socket_url(url: str) -> str:
    """The handshake's URL as one of a socket."""
    return f"ws{url[4:]}" if url.startswith(("http:", "https:")) else url


@dataclass(frozen=True, slots=True)
class SocketEnd:
    """How a socket ended. `by_client` None: it is not known to have ended."""

    by_client: bool | None = None
    code: int | None = None  # RFC 6455's; 1005: a close frame without one; 1006: no close frame
    reason: str = ""

    def of_handshake(self) -> tuple[Outcome, str | None]:
        """The outcome of the handshake's exchange, and what went wrong in words. Codex leaves without a
        close frame when it is done.
        """
        if self.by_client is None:
            return Outcome.INTERRUPTED, None
        if self.code in _CLEAN or (self.by_client and self.code == _NO_FRAME):
            return Outcome.COMPLETE, None
        if self.by_client:
            return Outcome.COMPLETE, f"the client closed the WebSocket: {self._said()}"
        return Outcome.UPSTREAM_GONE, self._words()

    def of_unanswered(self) -> tuple[Outcome, str | None]:
        """The same of an exchange whose answer was not over."""
        if self.by_client is None:
            return Outcome.INTERRUPTED, None
        if self.by_client:
            return Outcome.CLIENT_GONE, None
        return Outcome.UPSTREAM_GONE, self._words()

    def _words(self) -> str:
        if self.code == _NO_FRAME or self.code is None:
            return "upstream closed the connection of the WebSocket without a close frame"
        return f"upstream closed the WebSocket: {self._said()}"

    def _said(self) -> str:
        words = _CODES.get(self.code or 0, "")
        told = f"{self.code} {words}".strip()
        return f"{told}: {self.reason}" if self.reason else told


_NO_FRAME = 1006
_CLEAN = (1000, 1001, 1005)
_CODES = {
    1000: "normal closure",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1005: "no code",
    1007: "invalid text",
    1008: "policy violation",
    1009: "message too big",
    1010: "extension missing",
    1011: "internal error",
    1012: "service restart",
    1013: "try again later",
    1014: "bad gateway",
}


@dataclass(frozen=True, slots=True)
class SocketMessage:
    """A message of a socket that is over, `at` seconds after the handshake's start; a text as UTF-8."""

    from_client: bool
    data: bytes = field(repr=False)
    at: float
    binary: bool = False


@dataclass(slots=True)
class _Part:
    """One exchange in the making."""

    started: float  # after the handshake's start
    chunks: dict[Leg, list[tuple[float, bytes]]] = field(default_factory=dict)
    binary: dict[Leg, set[int]] = field(default_factory=dict)
    status: int | None = None
    over: bool = False
    last: float = 0.0

    def take(self, place: Place, message: SocketMessage) -> None:
        chunks = self.chunks.setdefault(place.leg, [])
        if message.binary:
            self.binary.setdefault(place.leg, set()).add(len(chunks))
        if place.begins:
            self.status = place.status
        self.last = max(0.0, message.at - self.started)
        chunks.append((self.last, message.data))
        self.over = self.over or place.ends


def split(
    handshake: ExchangeDetail, messages: Sequence[SocketMessage], end: SocketEnd, numbers: Iterator[int]
) -> list[ExchangeDetail]:
    """A socket that is over as exchanges: the handshake's, with what belongs to no answer, and then those of
    the `response.create`s, which get `numbers`.

    `handshake` is the GET with its answer; its outcome, error and bodies are set here, its end is kept.
    """
    splitter, parts = Splitter(), [_Part(0.0)]
    for message in messages:
        place = splitter.place(message.from_client, message.data, binary=message.binary)
        if place.begins and place.leg is Leg.REQUEST:
            parts.append(_Part(message.at))
        parts[place.number].take(place, message)
    first, *others = parts
    outcome, error = end.of_handshake()
    opened = replace(handshake.exchange, outcome=outcome, error=handshake.exchange.error or error)
    whole = [ExchangeDetail(opened, *_legs(handshake, first), options=handshake.options)]
    for part in others:
        exchange = _exchange(handshake.exchange, part, end, next(numbers))
        whole.append(ExchangeDetail(exchange, *_legs(handshake, part, exchange), options=handshake.options))
    return whole


def _exchange(opened: Exchange, part: _Part, end: SocketEnd, number: int) -> Exchange:
    outcome, error = (Outcome.COMPLETE, None) if part.over else end.of_unanswered()
    came = part.chunks.get(Leg.RESPONSE)
    socket_ended = None if opened.ended is None else max(0.0, opened.ended - part.started)
    return Exchange(
        id=number,
        revision=0,
        method=METHOD,
        url=socket_url(opened.url),
        operation=Operation.CREATE,
        mode=opened.mode,
        started=opened.started + part.started,
        outcome=outcome,
        http_version=opened.http_version,
        connection=opened.connection,
        status=part.status,
        error=error,
        request_done=0.0,
        first_byte=came[0][0] if came else None,
        ended=part.last if part.over else socket_ended,
        source=opened.source,
        socket=opened.id,
    )


def _legs(
    handshake: ExchangeDetail, part: _Part, exchange: Exchange | None = None
) -> tuple[dict[Leg, Message], tuple[Chunk, ...]]:
    """The legs with the handshake's heads, and the chunks; of the handshake's own those it has anyway."""
    legs: dict[Leg, Message] = {}
    chunks: list[Chunk] = []
    for leg, head in handshake.legs.items():
        messages = part.chunks.get(leg, [])
        if messages or exchange is None:
            binary = frozenset(part.binary.get(leg, ())) if messages else None
            status = head.status if exchange is None else part.status if leg is Leg.RESPONSE else None
            body = b"".join([data for _, data in messages])
            legs[leg] = Message(head.headers, body, status, binary_messages=binary)
        chunks += [Chunk(leg, n, at, data) for n, (at, data) in enumerate(messages)]
    return legs, tuple(sorted(chunks, key=lambda chunk: chunk.at))
