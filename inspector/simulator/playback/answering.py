"""A recorded answer as an answer to give: its head, its chunks in their bounds and at their times, its end.

Times count from where the request was whole, then and now. What belongs to a connection is left out of the
headers, since this is another connection; what is packed stays packed for a client that takes it, else it
is unpacked chunk by chunk. Messages of a WebSocket go out as they were, or to who posts as the events of a
stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.capture.encodings import Decoder, decode, encodings
from inspector.capture.model import Chunk, ExchangeDetail, Headers, Leg, Message, Outcome
from inspector.protocol import sse
from inspector.protocol.json_text import parse_object
from inspector.simulator.azure import EVENT_STREAM
from inspector.simulator.playback.moving import Move, moved
from inspector.simulator.script import Answer, Close, Head, Send, Step, Until

_OF_THE_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade",
     "proxy-authenticate", "content-length", "date", "set-cookie", "alt-svc"}
)  # fmt: skip
_ENDED = frozenset({Outcome.COMPLETE, Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class Side:
    """Where of an exchange a client stands: the legs that are its own."""

    request: Leg
    response: Leg


CLIENT = Side(Leg.REQUEST, Leg.RESPONSE)
UPSTREAM = Side(Leg.UPSTREAM_REQUEST, Leg.UPSTREAM_RESPONSE)
"""A bridge's: what Chat Completions were asked, and what they answered."""


def answer_of(
    detail: ExchangeDetail,
    side: Side = CLIENT,
    *,
    speed: float = 1.0,
    accepts: Sequence[str] | None = None,
    move: Move | None = None,
) -> Answer:
    """The answer that was recorded on one side of an exchange.

    `speed`: how many times as fast as it was, 0 is at once. `accepts`: the content encodings that the client
    takes, None where it does not say. `move`: to the folder that it works in.
    """
    message = detail.legs.get(side.response)
    chunks = [chunk for chunk in detail.chunks if chunk.leg is side.response]
    clock = _Clock(_asked_at(detail, side), speed)
    ended = detail.exchange.ended
    if message is None:
        return Answer(steps=(*clock.until(ended), Close()))
    if message.is_messages:
        answer = _of_messages(message, chunks, clock, ended, move)
        return replace(answer, steps=(*answer.steps, Close())) if is_cut(detail, side) else answer
    body, headers = _unpacked(message, chunks, accepts)
    if move is not None:
        plain, about = _unpacked(message, chunks, ())
        if (other := moved(plain, move, is_stream=_is_stream(headers))) != plain:
            body, headers = other, about
    steps: list[Step] = [*clock.until(_head_at(detail, side, chunks)), Head()]
    for chunk, data in zip(chunks, body, strict=True):
        if data:
            steps += [*clock.until(chunk.at), Send(data)]
    steps += clock.until(ended)
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_CONNECTION]
    if is_cut(detail, side):
        steps.append(Close())
    elif any(name.lower() == "content-length" for name, _ in message.headers):
        kept.append(("content-length", str(sum(map(len, body)))))  # told, as it was; else in chunks
    return Answer(message.status or 200, tuple(kept), tuple(steps))


def messages_of(detail: ExchangeDetail, *, speed: float = 1.0, move: Move | None = None) -> Answer | None:
    """The answer for who asks over a WebSocket, message by message; None where it did not go over one."""
    message = detail.legs.get(Leg.RESPONSE)
    if message is None or not message.is_messages:
        return None
    clock = _Clock(_asked_at(detail, CLIENT), speed)
    steps: list[Step] = []
    for chunk, framed, event in _events(message, [c for c in detail.chunks if c.leg is Leg.RESPONSE], move):
        data = chunk.data if event == framed else sse.Decoder().feed(event)[0].data.encode()
        steps += [*clock.until(chunk.at), Send(data)]
    ending: list[Step] = [Close()] if is_cut(detail) else []
    return Answer(message.status or 200, (), (*steps, *clock.until(detail.exchange.ended), *ending))


def is_cut(detail: ExchangeDetail, side: Side = CLIENT) -> bool:
    """Whether the recorded answer ends before its end.

    Where a bridge stood between, an upstream that went away is one thing, and what the client was told of it,
    in good order, is another.
    """
    exchange = detail.exchange
    if exchange.outcome is Outcome.UPSTREAM_GONE and exchange.mode == "bridge":
        return side is UPSTREAM
    return exchange.outcome not in _ENDED


def can_be_played(detail: ExchangeDetail, side: Side = CLIENT) -> str | None:
    """None, or why not, in words."""
    request, response = detail.legs.get(side.request), detail.legs.get(side.response)
    if request is None or request.absent:
        return "its request is not in the file"
    if response is None:
        # An upstream that says nothing and hangs up is an answer, too.
        return None if detail.exchange.outcome is Outcome.UPSTREAM_GONE else "it was not answered"
    return "the body of its answer is not in the file" if response.absent else None


class _Clock:
    """Times of a recording as those of an answer."""

    def __init__(self, start: float, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._last = 0.0

    def until(self, at: float | None) -> tuple[Until, ...]:
        """The wait until then, asked for in order; none where it has passed, or does not matter."""
        if at is None or not self._speed:
            return ()
        due = (at - self._start) / self._speed
        if due <= self._last:
            return ()
        self._last = due
        return (Until(due),)


def _asked_at(detail: ExchangeDetail, side: Side) -> float:
    """When the request was whole."""
    sent = [chunk.at for chunk in detail.chunks if chunk.leg is side.request]
    if side is UPSTREAM:
        return max(sent, default=detail.exchange.request_done or 0.0)
    done = detail.exchange.request_done
    return done if done is not None else max(sent, default=0.0)


def _head_at(detail: ExchangeDetail, side: Side, chunks: Sequence[Chunk]) -> float | None:
    first = chunks[0].at if chunks else None
    known = detail.exchange.first_byte
    if side is UPSTREAM or known is None:
        return first if known is None or first is None else min(known, first)
    return known


def _unpacked(
    message: Message, chunks: Sequence[Chunk], accepts: Sequence[str] | None
) -> tuple[list[bytes], Headers]:
    """The chunks as this client takes them, and the headers that say so."""
    pieces = [chunk.data for chunk in chunks]
    packed = encodings(message.headers)
    if not packed:
        return pieces, message.headers
    plain, problem = decode(message.body, message.headers)
    if problem and not plain:
        unpacked = pieces  # from a program that unpacks bodies and keeps the header
    elif accepts is None or all(name in accepts for name in packed):
        return pieces, message.headers
    else:
        decoder = Decoder(message.headers)
        unpacked = [decoder.feed(piece) for piece in pieces]
    rest = tuple(field for field in message.headers if field[0].lower() != "content-encoding")
    return unpacked, rest


def _is_stream(headers: Headers) -> bool:
    return any(name.lower() == "content-type" and "event-stream" in value for name, value in headers)


def _of_messages(
    message: Message, chunks: Sequence[Chunk], clock: _Clock, ended: float | None, move: Move | None
) -> Answer:
    """What came over a WebSocket as a stream; an error that came first as the answer that POST would get."""
    first = parse_object(chunks[0].data) if chunks else None
    if first is not None and first.get("type") == "error" and isinstance(first.get("status"), int):
        body = json.dumps({"error": first.get("error")}).encode()
        framed = (("content-type", "application/json"), ("content-length", str(len(body))))
        headers = (*_headers_of(first), *framed)
        return Answer(first["status"], headers, (*clock.until(chunks[0].at), Send(body)))
    steps: list[Step] = []
    for chunk, _, event in _events(message, chunks, move):
        steps += [*clock.until(chunk.at), Send(event)]
    kept = tuple(
        (name, value)
        for name, value in message.headers
        if name.lower() not in _OF_THE_CONNECTION and not name.lower().startswith(("sec-", "content-"))
    )
    return Answer(200, (EVENT_STREAM, *kept), (*steps, *clock.until(ended)))


def _events(
    message: Message, chunks: Sequence[Chunk], move: Move | None
) -> Iterator[tuple[Chunk, bytes, bytes]]:
    """The texts among the messages, as events of a stream; and these as they are said to this client."""
    texts = [chunk for n, chunk in enumerate(chunks) if n not in (message.binary_messages or ())]
    framed = [_event(chunk.data) for chunk in texts]
    return zip(texts, framed, moved(framed, move, is_stream=True) if move else framed, strict=True)


def _event(data: bytes) -> bytes:
    kind = (parse_object(data) or {}).get("type")
    named = f"event: {kind}\n".encode() if isinstance(kind, str) and "\n" not in kind else b""
    lines = b"".join(b"data: " + line + b"\n" for line in data.splitlines() or [b""])
    return named + lines + b"\n"


def _headers_of(error: dict[str, Any]) -> Iterator[tuple[str, str]]:
    told = error.get("headers")
    for name, value in told.items() if isinstance(told, dict) else ():
        if isinstance(value, str) and name.lower() not in _OF_THE_CONNECTION | {"content-type"}:
            yield name, value
