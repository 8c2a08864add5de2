"""HTTP archives read in, whoever wrote them: HAR 1.2 with what its writers make of it.

| from | known by | what is particular |
|---|---|---|
| Chrome | `_webSocketMessages`, `_error` | "h2", "http/1.1"; `:path` among the headers; sizes, no texts |
| Firefox | | no bodies: a `comment` says so; a stream's text may end where its limit is |
| mitmproxy | `_webSocketMessages` | event streams read as Latin-1; nothing of what it streamed |
| Fiddler | | a `comment` at every entry; times to seven places |
| Proxyman | | members in any order |
| Charles | `_charlesStatus` | `:status` among the headers; bodies as form fields, whatever they are |
| ours | `_inspector` | everything else that an exchange has: see `own` |

Texts are what was unpacked: a header that says otherwise is left out, and that is remarked on. A file tells
when an answer began and ended, so that the events of a stream are spread evenly between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from inspector.capture.model import (
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
from inspector.formats.har import bodies, entries, fields, heads, own, sockets, unpacked
from inspector.formats.har.entries import Entry
from inspector.formats.har.timing import chunks, times
from inspector.formats.importing import At, Input, Item
from inspector.formats.jsonl.form import Malformed
from inspector.protocol.azure import operation

_LONGEST = 200  # characters of what somebody says of an entry
_NO_TIME = "The file does not tell when it was."


class HarImporter:
    """An archive. All its entries are exchanges, whatever was asked."""

    name = "har"

    def recognises(self, head: bytes, path: Path) -> bool:
        """By how archives begin."""
        return entries.LOOKS.match(unpacked.head(head)) is not None

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """The entries in their order; a WebSocket's is followed by what went over it."""
        numbers = count(1)
        with unpacked.Unpacked(given.path) as file:
            for entry in entries.read(file):
                at(file.tell())
                if isinstance(entry, Damage):
                    yield entry
                elif not isinstance(entry.value.get("request"), dict):
                    yield Damage(entry.offset, f"Entry {entry.n} has no request.")
                else:
                    yield from _exchanges(entry, given.name, numbers)


def _exchanges(entry: Entry, name: str, numbers: Iterator[int]) -> Iterator[Item]:
    told = entry.value
    detail = _told_by_har(entry, name, next(numbers))
    if own.MEMBER in told:
        try:
            yield own.restored(told, detail)
        except Malformed as error:
            yield _timed(detail)
            yield Damage(
                entry.offset, f"What we wrote of entry {entry.n} besides cannot be read: it {error}."
            )
    elif messages := list(sockets.messages(told, detail.exchange.started)):
        opened, *asked = split(_worth(detail, Timing.RECORDED), messages, SocketEnd(), numbers)
        # As much of it as there is.
        outcome = detail.exchange.outcome if detail.exchange.error else Outcome.COMPLETE
        yield replace(opened, exchange=replace(opened.exchange, outcome=outcome))
        yield from asked
    else:
        yield _timed(detail)


def _timed(detail: ExchangeDetail) -> ExchangeDetail:
    """With its chunks; where the entry tells of no time at all, the events of a stream are a step apart."""
    if detail.exchange.ended:
        pieces = (chunks(detail.exchange, leg, message) for leg, message in detail.legs.items())
        return replace(detail, chunks=tuple(chain.from_iterable(pieces)))
    even = tuple(chain.from_iterable(spacing.stepped(leg, each.body) for leg, each in detail.legs.items()))
    return replace(_worth(detail, Timing.EVEN), chunks=even)


def _worth(detail: ExchangeDetail, timing: Timing) -> ExchangeDetail:
    """With another word about its times."""
    source = detail.exchange.source
    told = source and replace(source, timing=timing)
    return replace(detail, exchange=replace(detail.exchange, source=told))


def _told_by_har(entry: Entry, name: str, number: int) -> ExchangeDetail:
    """The exchange by the words of HAR alone, without its chunks; `name` is the file's."""
    told = entry.value
    request, response = fields.inner(told, "request"), fields.inner(told, "response")
    about, when = heads.head(told), times(told, entry.creator)
    remarks = [] if fields.moment(told, "startedDateTime") is not None else [_NO_TIME]
    if comment := fields.text(told, "comment"):
        remarks.append(f"The file says of it: {comment[:_LONGEST]}")
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
    outcome, error = _ended(response, status, sockets.error(told))
    exchange = Exchange(
        id=number,
        revision=0,
        **about,
        operation=operation(about["method"], about["url"]) or "",
        mode="observe",
        outcome=outcome,
        status=status,
        error=error,
        request_done=when.request_done,
        first_byte=when.first_byte if status is not None else None,
        ended=when.ended,
        request_size=sent.size,
        response_size=answered.size,
        source=Source(name, HarImporter.name, f"entry {entry.n}", Timing.WHOLE, tuple(remarks)),
    )
    return ExchangeDetail(exchange, legs, ())


def _ended(
    response: Mapping[str, Any], status: int | None, of_socket: str | None
) -> tuple[Outcome, str | None]:
    """How it ended, and what the file says of that."""
    said = fields.text(response, "_error") or of_socket
    if said is None and (fields.text(response, "_charlesStatus") or "COMPLETE").upper() != "COMPLETE":
        said = f"Charles says {response['_charlesStatus']}"
    if status is not None and said is None:
        return Outcome.COMPLETE, None
    if said is not None and "ABORTED" in said:
        return Outcome.CLIENT_GONE, said
    if status is None and said is None:
        return Outcome.INTERRUPTED, None
    return Outcome.UNREACHABLE if status is None else Outcome.UPSTREAM_GONE, said
