"""Whole exchanges as rows: what `bulk` writes of one, derived by the functions that serve a live one.

What other programs' files tell may be anything: numbers that are none, times before the start, chunks that
do not add up to the body. It is brought to what the columns can hold.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inspector.capture import causes, rows
from inspector.capture.asked import Asked
from inspector.capture.bodies import pack_index, unpack_index
from inspector.capture.deriving import asked_of, context_columns, request_columns, summary_columns
from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.redact import Redactor
from inspector.capture.store import client_name
from inspector.capture.summary import SUMMARY_VERSION, ResponseReading
from inspector.protocol.azure import Operation
from inspector.protocol.codex import CodexContext, identify, identify_message, lasting
from inspector.protocol.json_text import parse_object
from inspector.protocol.surrogates import whole

_LATEST = 253_402_000_000.0  # the last days of the year 9999: what calendars can tell anywhere
_LONGEST = 1e9  # seconds
_LARGEST = 2**53
_STEP = 2**18
_NO_REQUEST = Message((), b"", absent=True)
"""An exchange has a request, whether the file has it or not."""


@dataclass(slots=True)
class WholeLeg:
    """A leg as its row has it, but for where its body is."""

    leg: Leg
    columns: dict[str, object]
    body: bytes = field(repr=False)
    index: bytes

    @property
    def is_messages(self) -> bool:
        """Whether its chunks are messages of a WebSocket."""
        return self.columns["binary_messages"] is not None


@dataclass(slots=True)
class WholeExchange:
    """An exchange as its rows have it, but for its numbers and its place in a session."""

    columns: dict[str, object]
    legs: list[WholeLeg]
    context: CodexContext
    asked: Asked | None  # None: only its heads are here


def heads_of(detail: ExchangeDetail, redactor: Redactor) -> WholeExchange:
    """An exchange of which the bodies are still to come: what can be told without them."""
    found = _facts(detail, redactor)
    exchange = detail.exchange
    status = found.columns["status"]
    words = causes.one_line(exchange.error) if exchange.error else None
    if words is None and isinstance(status, int) and status >= 400:
        words = causes.of_status(status, b"")
    found.columns |= {
        "error": words and whole(redactor.text(words)),
        "request_size": _size(exchange.request_size),
        "response_size": _size(exchange.response_size),
        "summary_version": rows.AWAITED,
    }
    for leg in found.legs:
        leg.body, leg.index, leg.columns["absent"] = b"", b"", True
    return found


def whole_of(detail: ExchangeDetail, redactor: Redactor) -> WholeExchange:
    """An exchange with all that can be derived from its bytes."""
    found = _facts(detail, redactor)
    columns, exchange = found.columns, detail.exchange
    legs = {leg.leg: leg for leg in found.legs}
    kept = {leg.leg: rows.headers(str(leg.columns["headers"])) for leg in found.legs}
    request, response = legs[Leg.REQUEST], legs.get(Leg.RESPONSE)
    operation, status = str(columns["operation"]), columns["status"]
    found.asked = asked_of(str(columns["url"]), operation, kept[Leg.REQUEST], request.body)
    if request.is_messages and operation == Operation.CREATE:
        found.context = identify_message(kept[Leg.REQUEST], parse_object(request.body) or {})
        columns |= context_columns(found.context)
    reading = ResponseReading(
        operation,
        status if isinstance(status, int) else None,
        kept.get(Leg.RESPONSE, ()),
        messages=response is not None and response.is_messages,
        absent=response is not None and bool(response.columns["absent"]),
    )
    if response is not None:
        _read(reading, response)
    outcome, given = Outcome(str(columns["outcome"])), columns["given_error"]
    summary = reading.close(outcome, given if isinstance(given, str) else None)
    if outcome is Outcome.CLIENT_GONE and summary.terminal:
        columns["outcome"] = Outcome.COMPLETE
    asked = request_columns(found.asked)
    columns |= {**summary_columns(redactor, summary), **asked}
    columns |= {
        "model": asked["model"] or summary.model,
        "request_size": _length(request, exchange.request_size),
        "response_size": _length(response, exchange.response_size),
        "summary_version": SUMMARY_VERSION,
    }
    return found


def _facts(detail: ExchangeDetail, redactor: Redactor) -> WholeExchange:
    """What the file told, brought to what can be stored, without secrets."""
    exchange = detail.exchange
    response = detail.legs.get(Leg.RESPONSE)
    request = detail.legs.get(Leg.REQUEST, _NO_REQUEST)
    context = identify(request.headers)
    if request.is_messages and exchange.operation == Operation.CREATE:
        context = lasting(context)  # till its body is read
    # Nobody goes on with one that was running when it was read.
    outcome = Outcome.INTERRUPTED if exchange.outcome is Outcome.OPEN else exchange.outcome
    columns: dict[str, object] = {
        "method": whole(exchange.method),
        "url": whole(redactor.url(exchange.url)),
        "http_version": whole(exchange.http_version),
        "operation": whole(exchange.operation),
        "mode": whole(exchange.mode),
        "connection": whole(exchange.connection),
        "started": _bounded(exchange.started, _LATEST) or 0.0,
        "outcome": outcome,
        "status": _status(exchange.status if response is None else response.status),
        "request_done": _bounded(exchange.request_done, _LONGEST),
        "first_byte": _bounded(exchange.first_byte, _LONGEST),
        "ended": _bounded(exchange.ended, _LONGEST),
        "given_error": exchange.error and whole(redactor.text(exchange.error)),
        "client": client_name(context),
        "turn_id": context.turn_id,
        "request_kind": context.request_kind,
        "parent_session": context.parent_session,
        "agent": context.agent,
        "agent_name": context.agent_name,
        "made": _json(rows.made_text(exchange.made)),
        "marked": bool(exchange.marked),
        "note": whole(exchange.note),
        "source": _json(rows.source_text(exchange.source)),
    }
    chunks = _chunks(detail)
    ends = {Leg.REQUEST: columns["request_done"], Leg.RESPONSE: columns["ended"]}
    legs = [
        _leg(leg, message, chunks.get(leg, ()), ends.get(leg), exchange, redactor)
        for leg, message in {Leg.REQUEST: request, **detail.legs}.items()
    ]
    return WholeExchange(columns, legs, context, None)


def _leg(
    leg: Leg,
    message: Message,
    chunks: Sequence[tuple[float, bytes]],
    ended: object,
    exchange: Exchange,
    redactor: Redactor,
) -> WholeLeg:
    body = message.body
    if b"".join([data for _, data in chunks]) != body:
        came = (exchange.first_byte or exchange.ended) if leg is Leg.RESPONSE else exchange.request_done
        chunks = [(came or 0.0, body)] if body else []
    binary = message.binary_messages
    columns: dict[str, object] = {
        "headers": json.dumps(redactor.headers(message.headers)),
        "status": _status(message.status),
        "trailers": json.dumps(redactor.headers(message.trailers)) if message.trailers else None,
        "ended": ended,
        "absent": bool(message.absent),
        "binary_messages": None if binary is None else json.dumps(sorted(binary)),
    }
    index = pack_index((_bounded(at, _LONGEST) or 0.0, len(data)) for at, data in chunks)
    return WholeLeg(leg, columns, body, index)


def _chunks(detail: ExchangeDetail) -> Mapping[Leg, Sequence[tuple[float, bytes]]]:
    found: dict[Leg, list[tuple[float, bytes]]] = {}
    for chunk in detail.chunks:
        found.setdefault(chunk.leg, []).append((chunk.at, chunk.data))
    return found


def _read(reading: ResponseReading, response: WholeLeg) -> None:
    """Feeds a response chunk by chunk up to its first event, whose time is told, and then all of the rest.

    Messages of a WebSocket come one by one.
    """
    start = 0
    for at, size in unpack_index(response.index):
        if not response.is_messages and reading.first_event is not None:
            for begin in range(start, len(response.body), _STEP):  # compressed, it may be much more
                reading.feed(response.body[begin : begin + _STEP], round(at, 6))
            return
        reading.feed(response.body[start : start + size], round(at, 6))
        start += size


def _json(text: str | None) -> str | None:
    return None if text is None else whole(text)


def _length(leg: WholeLeg | None, told: int) -> int:
    """The bytes of a body; of one that the file does not hold, as many as it says there were."""
    if leg is None:
        return 0
    return _size(told) if leg.columns["absent"] else len(leg.body)


def _size(told: int) -> int:
    return min(max(0, told), _LARGEST)


def _status(told: int | None) -> int | None:
    return told if told is not None and 0 <= told < 2**31 else None


def _bounded(told: float | None, most: float) -> float | None:
    """A time that can be stored and told, None for one that is no number."""
    if told is None or not math.isfinite(told):
        return None
    return min(max(0.0, float(told)), most)
