"""HTTP archives read in, whoever wrote them: HAR 1.2 with what its writers make of it.

| from | known by | what is particular |
|---|---|---|
| Chrome | `_webSocketMessages`, `_error` | "h2", "http/1.1"; `:path` among the headers; sizes, no texts |
| Firefox | | no bodies: a `comment` says so; a stream's text may end where its limit is |
| mitmproxy | `_webSocketMessages` | event streams read as Latin-1; nothing of what it streamed |
| Charles | `_charlesStatus` | `:status` among the headers; bodies as form fields, whatever they are |
| ours | `_inspector` | everything else that an exchange has: see `own` |

Texts are what was unpacked: a header that says otherwise is left out, and that is remarked on. A file tells
when an answer began and ended, so that the events of a stream are spread evenly between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from inspector.capture.model import (
    Chunk,
    Damage,
    Exchange,
    ExchangeDetail,
    Leg,
    Message,
    Outcome,
    Source,
    Timing,
)
from inspector.capture.sockets import SocketEnd, split
from inspector.formats import spacing
from inspector.formats.har import bodies, entries, fields, own, sockets
from inspector.formats.har.entries import Entry
from inspector.formats.har.timing import Times, times
from inspector.formats.importing import At, Input, Item
from inspector.formats.jsonl.form import Malformed
from inspector.protocol.azure import operation

_NO_TIME = "The file does not tell when it was."
_PORTS = frozenset({"80", "443"})  # Firefox gives the server's port for the connection


class HarImporter:
    """An archive. All its entries are exchanges, whatever was asked."""

    name = "har"

    def recognises(self, head: bytes, path: Path) -> bool:
        """By how archives begin."""
        return entries.LOOKS.match(head) is not None

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """The entries in their order; a WebSocket's is followed by what went over it."""
        numbers = count(1)
        with given.path.open("rb") as file:
            for entry in entries.read(file, at):
                if isinstance(entry, Damage):
                    yield entry
                elif not isinstance(entry.value.get("request"), dict):
                    yield Damage(entry.offset, f"Entry {entry.n} has no request.")
                else:
                    yield from _exchanges(entry, given.name, numbers)


def _exchanges(entry: Entry, name: str, numbers: Iterator[int]) -> Iterator[Item]:
    told = entry.value
    detail = told_by_har(entry, name, next(numbers))
    if own.MEMBER in told:
        try:
            yield own.restored(told, detail)
        except Malformed as error:
            yield detail
            yield Damage(
                entry.offset, f"What we wrote of entry {entry.n} besides cannot be read: it {error}."
            )
    elif messages := list(sockets.messages(told, detail.exchange.started)):
        opened, *asked = split(_recorded(detail), messages, SocketEnd(), numbers)
        # As much of it as there is.
        yield replace(opened, exchange=replace(opened.exchange, outcome=Outcome.COMPLETE))
        yield from asked
    else:
        yield detail


def _recorded(detail: ExchangeDetail) -> ExchangeDetail:
    """Messages of a WebSocket have their times."""
    source = detail.exchange.source
    told = source and replace(source, timing=Timing.RECORDED)
    return replace(detail, exchange=replace(detail.exchange, source=told))


def told_by_har(entry: Entry, name: str, number: int) -> ExchangeDetail:
    """The exchange by the words of HAR alone; `name` is the file's."""
    told = entry.value
    request, response = fields.inner(told, "request"), fields.inner(told, "response")
    method, url = fields.text(request, "method") or "GET", fields.text(request, "url") or ""
    started, when = fields.moment(told, "startedDateTime"), times(told, entry.creator)
    remarks = [] if started is not None else [_NO_TIME]
    sent = bodies.of_request(request)
    legs: dict[Leg, Message] = {}
    legs[Leg.REQUEST], odd = sent.message(fields.headers(request), None, "request")
    remarks += odd
    status = fields.whole(response, "status") or None
    answered = bodies.Held(b"")
    if status is not None:
        answered = bodies.of_response(response)
        legs[Leg.RESPONSE], odd = answered.message(fields.headers(response), status, "response")
        remarks += odd
    outcome, error = _ended(response, status)
    chunks = [*_request_chunk(legs[Leg.REQUEST], when), *_response_chunks(legs.get(Leg.RESPONSE), when)]
    connection = fields.text(told, "connection") or ""
    exchange = Exchange(
        id=number,
        revision=0,
        method=method,
        url=url,
        operation=operation(method, url) or "",
        mode="observe",
        started=started or 0.0,
        outcome=outcome,
        http_version=fields.http_version(request, response),
        connection="" if connection in _PORTS else connection,
        status=status,
        error=error,
        request_done=when.request_done,
        first_byte=when.first_byte if status is not None else None,
        ended=when.ended,
        request_size=sent.size,
        response_size=answered.size,
        source=Source(name, HarImporter.name, f"entry {entry.n}", Timing.WHOLE, tuple(remarks)),
    )
    return ExchangeDetail(exchange, legs, tuple(chunks))


def _ended(response: Mapping[str, Any], status: int | None) -> tuple[Outcome, str | None]:
    """How it ended, and what the file says of that."""
    said = fields.text(response, "_error") or None
    if said is None and (fields.text(response, "_charlesStatus") or "COMPLETE").upper() != "COMPLETE":
        said = f"Charles says {response['_charlesStatus']}"
    if status is not None and said is None:
        return Outcome.COMPLETE, None
    if said is not None and "ABORTED" in said:
        return Outcome.CLIENT_GONE, said
    if status is None and said is None:
        return Outcome.INTERRUPTED, None
    return Outcome.UNREACHABLE if status is None else Outcome.UPSTREAM_GONE, said


def _request_chunk(message: Message, when: Times) -> list[Chunk]:
    return [Chunk(Leg.REQUEST, 0, when.request_done or 0.0, message.body)] if message.body else []


def _response_chunks(message: Message | None, when: Times) -> list[Chunk]:
    if message is None or not message.body:
        return []
    begun, ended = when.first_byte or 0.0, when.ended or 0.0
    kinds = [value for name, value in message.headers if name.lower() == "content-type"]
    packed = any(name.lower() == "content-encoding" for name, _ in message.headers)
    if kinds and kinds[0].startswith("text/event-stream") and not packed:
        return spacing.spread(Leg.RESPONSE, message.body, begun, ended)
    return [Chunk(Leg.RESPONSE, 0, max(begun, ended), message.body)]
