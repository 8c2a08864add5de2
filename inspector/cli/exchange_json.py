"""The JSON that `inspector show` prints: a contract with scripts, so fields are added and never renamed."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from inspector.capture.events import response_events
from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message
from inspector.capture.stored_history import Items
from inspector.capture.translated import chat_request, repaired_request
from inspector.cli.hold_json import HeldJson
from inspector.protocol.json_text import is_shallow


class _Printed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UsageJson(_Printed):
    """Tokens of a response; null where the upstream did not say."""

    input_tokens: int | None
    cached_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None


class MadeJson(_Printed):
    """How an exchange came to be that was sent from here: see capture.model.Made."""

    by: str
    boundary: str | None
    edits: list[Any]
    source: str | None


class SourceJson(_Printed):
    """Where an exchange was read from that no recorder of ours saw: see capture.model.Source."""

    file: str
    format: str
    place: str
    timing: str
    remarks: list[str]


class ExchangeJson(_Printed):
    """One exchange of the list. Durations in milliseconds."""

    id: str
    parent: str | None
    made: MadeJson | None
    source: SourceJson | None
    socket: str | None
    session: str | None
    parent_session: str | None
    agent: str | None
    agent_name: str | None
    turn: int | None
    request_kind: str | None
    client: str | None
    operation: str
    mode: str
    method: str
    url: str
    http_version: str
    model: str | None
    answered: str | None
    status: int | None
    outcome: str
    error: str | None
    started: str
    duration_ms: float | None
    first_byte_ms: float | None
    first_event_ms: float | None
    event_count: int
    usage: UsageJson | None
    response_id: str | None
    mark: bool
    note: str


class LegJson(_Printed):
    """A leg whole; `body` as text, or `body_base64` where the bytes are not UTF-8.

    `absent`: the file that it was read from does not hold the body. `binary_messages`: of a WebSocket's leg,
    whose chunks are messages, the numbers of those that are binary.
    """

    status: int | None = None
    headers: list[tuple[str, str]]
    trailers: list[tuple[str, str]] | None = None
    body: str | None = None
    body_base64: str | None = None
    absent: bool | None = None
    binary_messages: list[int] | None = None


class ChunkJson(_Printed):
    """Bytes as they arrived: which leg, when after the exchange's start, how many."""

    leg: str
    at_ms: float
    size: int


class EventJson(_Printed):
    """A Server-Sent Event of the response; `data` parsed where it is JSON, else the text."""

    n: int
    at_ms: float
    type: str
    data: Any


class ExchangeDetailJson(ExchangeJson):
    """One exchange with all that passed, and what became of its request.

    `chat_payload`: the Chat request that a Responses request amounts to, null for any other call and in
    repair mode. `report`: what the translation, or the repair, did with every part. `changes`: those of a
    repair, by rule; null in other modes. `held`: what of it waited for a person, and what was decided.
    """

    request: LegJson | None
    response: LegJson | None
    upstream_request: LegJson | None
    upstream_response: LegJson | None
    chunks: list[ChunkJson]
    events: list[EventJson]
    tracebacks: list[str]
    chat_payload: Any = None
    report: Any = None
    changes: list[Any] | None = None
    held: list[HeldJson] = []


def exchange_json(exchange: Exchange) -> ExchangeJson:
    """A row of the list."""
    return ExchangeJson(**_row(exchange))


def detail_json(
    detail: ExchangeDetail, history: Items | None = None, held: Sequence[HeldJson] = ()
) -> ExchangeDetailJson:
    """An exchange with its legs, chunks and events; `history` as `earlier_items` gives it."""
    legs = {leg: _leg(detail.legs.get(leg)) for leg in Leg}
    return ExchangeDetailJson(
        **_row(detail.exchange),
        request=legs[Leg.REQUEST],
        response=legs[Leg.RESPONSE],
        upstream_request=legs[Leg.UPSTREAM_REQUEST],
        upstream_response=legs[Leg.UPSTREAM_RESPONSE],
        chunks=[
            ChunkJson(leg=chunk.leg.value, at_ms=_ms(chunk.at), size=len(chunk.data))
            for chunk in detail.chunks
        ],
        events=[
            EventJson(n=event.n, at_ms=_ms(event.at), type=event.type, data=event.data)
            for event in response_events(detail)
        ],
        tracebacks=list(detail.tracebacks),
        held=list(held),
        **_became(detail, history),
    )


def _became(detail: ExchangeDetail, history: Items | None) -> dict[str, Any]:
    """What became of a Responses request."""
    if detail.exchange.mode == "repair":
        repaired = repaired_request(detail)
        if repaired is None:
            return {}
        changes = [change.to_json() for change in repaired.changes]
        return {"report": repaired.report().to_json(), "changes": changes}
    translated = chat_request(detail, history)
    if translated is None:
        return {}
    payload = translated.payload if is_shallow(translated.payload) else None  # else no printer would write it
    return {"chat_payload": payload, "report": translated.report.to_json()}


def _row(exchange: Exchange) -> dict[str, Any]:
    usage = exchange.usage
    return {
        "id": str(exchange.id),
        "parent": None if exchange.parent is None else str(exchange.parent),
        "made": exchange.made and MadeJson(**{**asdict(exchange.made), "edits": list(exchange.made.edits)}),
        "source": exchange.source
        and SourceJson(**{**asdict(exchange.source), "remarks": list(exchange.source.remarks)}),
        "socket": None if exchange.socket is None else str(exchange.socket),
        "session": exchange.session,
        "parent_session": exchange.parent_session,
        "agent": exchange.agent,
        "agent_name": exchange.agent_name,
        "turn": exchange.turn,
        "request_kind": exchange.request_kind,
        "client": exchange.client,
        "operation": exchange.operation,
        "mode": exchange.mode,
        "method": exchange.method,
        "url": exchange.url,
        "http_version": exchange.http_version,
        "model": exchange.model,
        "answered": exchange.answered,
        "status": exchange.status,
        "outcome": exchange.outcome.value,
        "error": exchange.error,
        "started": datetime.fromtimestamp(exchange.started, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "duration_ms": _ms(exchange.ended),
        "first_byte_ms": _ms(exchange.first_byte),
        "first_event_ms": _ms(exchange.first_event),
        "event_count": exchange.event_count,
        "usage": usage
        and UsageJson(
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
            reasoning_tokens=usage.reasoning_tokens,
        ),
        "response_id": exchange.response_id,
        "mark": exchange.marked,
        "note": exchange.note,
    }


def _leg(message: Message | None) -> LegJson | None:
    if message is None:
        return None
    fields: dict[str, Any] = {"status": message.status, "headers": list(message.headers)}
    if message.trailers:
        fields["trailers"] = list(message.trailers)
    if message.absent:
        fields["absent"] = True
    if message.binary_messages is not None:
        fields["binary_messages"] = sorted(message.binary_messages)
    try:
        fields["body"] = message.body.decode("utf-8")
    except UnicodeDecodeError:
        fields["body_base64"] = base64.b64encode(message.body).decode("ascii")
    return LegJson(**fields)


def _ms(seconds: float | None) -> Any:
    return None if seconds is None else round(seconds * 1000, 3)
