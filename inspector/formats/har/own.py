"""What HAR has no words for, in entries of our own: `_inspector`, which other programs pass over.

    "_inspector": {"inspector": 1,
                   "exchange": {outcome, mode, note, times to the last digit, ...},
                   "legs": {"response": {"times": [...], "sizes": [...]}, "upstream-request": {...}}}

In the form of `jsonl.form`, without what the entry says anyway: method, URL, headers, text. These are
believed if somebody changed them. A body that passed packed is here as it passed, and counts as long as it
unpacks to the entry's text; the legs that HAR does not know are here whole.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inspector.capture.encodings import decode, encodings
from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Timing
from inspector.formats.har import bodies, fields, heads, sockets
from inspector.formats.har import timing as timing_of
from inspector.formats.jsonl import form
from inspector.formats.jsonl.form import Malformed

MEMBER = "_inspector"
LARGEST = 2**26
"""Bytes up to which a body is unpacked for an entry's text."""

_OF_HAR = {Leg.REQUEST: "request", Leg.RESPONSE: "response"}
_BODY_OF_HAR = {Leg.REQUEST: "postData", Leg.RESPONSE: "content"}


def member(detail: ExchangeDetail, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The object, to stand in `entry`."""
    carried = {name for name, value in heads.head(entry).items() if getattr(detail.exchange, name) == value}
    told = {name: value for name, value in form.exchange_of(detail.exchange).items() if name not in carried}
    legs = {}
    for leg, message in detail.legs.items():
        said = form.leg_of(message, detail.chunks, leg)
        if leg not in _OF_HAR:
            said |= form.body_of(message.body)
        else:
            del said["headers"]
            if encodings(message.headers) and message.body:
                said["base64"] = b64encode(message.body).decode()
        legs[leg.value] = said
    return {"inspector": form.VERSION, "exchange": told, "legs": legs, **form.besides_of(detail)}


def restored(entry: Mapping[str, Any], found: ExchangeDetail) -> ExchangeDetail:
    """The exchange as it was, of what HAR's words tell (`found`) and what is here. Malformed."""
    told = entry[MEMBER]
    if not isinstance(told, dict):
        raise Malformed("is no object")
    read = form.read(told)
    exchange = form.exchange({**_facts(found.exchange), **read.exchange})
    legs: dict[Leg, Message] = {}
    chunks: list[Chunk] = []
    timing = Timing.RECORDED
    for leg, said in read.legs.items():
        message = _leg(leg, said, entry)
        of_leg = said.chunks(leg, message.body)
        if of_leg is None:  # the text is another one now
            of_leg, timing = timing_of.chunks(found.exchange, leg, message), Timing.WHOLE
        legs[leg] = message
        chunks += of_leg
    if exchange.source is None and found.exchange.source is not None:
        exchange = replace(exchange, source=replace(found.exchange.source, timing=timing, remarks=()))
    edited = None if read.edited is None else form.content(read.edited, "edited")
    return ExchangeDetail(exchange, legs, form.by_arrival(chunks), read.tracebacks, read.options, edited)


def _facts(exchange: Exchange) -> dict[str, Any]:
    return {name: getattr(exchange, name) for name in heads.FIELDS}


def _leg(leg: Leg, said: form.LegForm, entry: Mapping[str, Any]) -> Message:
    here = form.content(said, leg)
    if leg not in _OF_HAR:
        return said.message(here)
    half = fields.inner(entry, _OF_HAR[leg])
    message = replace(said.message(here), headers=fields.headers(half))
    if said.is_messages:
        return replace(message, body=b"".join(sockets.sent(entry, from_client=leg is Leg.REQUEST)))
    try:
        text = bodies.text_of(fields.inner(half, _BODY_OF_HAR[leg]))
    except ValueError as error:
        raise Malformed(f"goes with a body that is no base64 ({error})") from None
    if here and text in (here, decode(here, message.headers, limit=LARGEST)[0]):
        return message
    if here:  # somebody changed the text: as it stands now it never was packed
        return bodies.Held(text).message(message.headers, message.status, leg)[0]
    return replace(message, body=text)
