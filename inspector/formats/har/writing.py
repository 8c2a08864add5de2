"""Exchanges as an HTTP archive, HAR 1.2: for browsers' network panels and other proxies.

What HAR has no words for is beside it, in `_inspector` (see `own`), and what went over a WebSocket in
Chrome's `_webSocketMessages`: each exchange of a socket is an entry with its own messages. Texts are
unpacked, as readers expect them; bodies that are no text are base64.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from math import isfinite
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

from inspector import __version__
from inspector.capture.encodings import decode, encodings
from inspector.capture.model import Exchange, ExchangeDetail, Headers, Leg, Message, Outcome
from inspector.capture.sockets import METHOD
from inspector.formats.har import own, sockets
from inspector.protocol import json_text

Json = dict[str, Any]
_UPSTREAM = (Leg.UPSTREAM_REQUEST, Leg.UPSTREAM_RESPONSE)
_EMPTY = Message((), b"")
_NOWHERE = "https://unknown.invalid"
_BRIDGED = "Exchanges of which other programs do not show what went upstream"
_ABSENT = "Exchanges whose bodies are not in the capture"
_OF_NOWHERE = f"Exchanges that were sent nobody knows where, and have {_NOWHERE} for it"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class HarExporter:
    """An archive of any number of exchanges; what comes back from it is equal, to the byte."""

    name = "har"
    suffix = "har"
    many = True

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """The archive, entry by entry; what other programs will not see of it."""
        bridged = absent = nowhere = n = 0
        creator = {"name": "codex-azure-inspector", "version": __version__}
        head = json_text.write({"version": "1.2", "creator": creator, "pages": []})
        out.write(f'{{"log":{head[:-1]},"entries":['.encode())
        for n, detail in enumerate(details, 1):
            out.write(b",\n" if n > 1 else b"\n")
            out.write(json_text.to_bytes(_entry(detail)))
            bridged += any(leg in detail.legs for leg in _UPSTREAM)
            absent += any(message.absent for message in detail.legs.values())
            nowhere += _absolute(detail.exchange.url) != detail.exchange.url
        out.write(b"\n]}}\n")
        told = {_BRIDGED: bridged, _ABSENT: absent, _OF_NOWHERE: nowhere}
        return [f"{words}: {count:,}." for words, count in told.items() if count]


def _entry(detail: ExchangeDetail) -> Json:
    exchange = detail.exchange
    entry: Json = {
        "startedDateTime": _iso(exchange.started),
        **_times(exchange),
        "request": _request(exchange, detail.legs.get(Leg.REQUEST, _EMPTY)),
        "response": _response(exchange, detail.legs.get(Leg.RESPONSE)),
        "cache": {},
    }
    if exchange.connection:
        entry["connection"] = exchange.connection
    if exchange.note:
        entry["comment"] = exchange.note
    if any(message.is_messages for message in detail.legs.values()):
        entry["_resourceType"] = "websocket"
        entry[sockets.MEMBER] = sockets.written(detail)
    return {**entry, own.MEMBER: own.member(detail, entry)}


def _request(exchange: Exchange, message: Message) -> Json:
    told: Json = {
        "method": "GET" if exchange.method == METHOD else exchange.method,
        "url": _absolute(exchange.url),
        "httpVersion": exchange.http_version,
        "cookies": _cookies(message.headers, "cookie"),
        "headers": _headers(message.headers),
        "queryString": _query(exchange.url),
        "headersSize": -1,
        "bodySize": exchange.request_size if message.absent else len(message.body),
    }
    if message.body and not message.is_messages:
        kind = _header(message.headers, "content-type") or "application/octet-stream"
        # HAR 1.2 has no word for a request's base64.
        told["postData"] = {"mimeType": kind, **_text(_unpacked(message), "_encoding")}
    return told


def _absolute(url: str) -> str:
    """HAR wants a whole URL; some files that are read in tell the path alone."""
    return url if "://" in url else f"{_NOWHERE}/{url.removeprefix('/')}"


def _response(exchange: Exchange, message: Message | None) -> Json:
    if message is None:
        return {
            "status": 0,
            "statusText": "",
            "httpVersion": "",
            "cookies": [],
            "headers": [],
            "content": {"size": 0, "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
            **_error(exchange),
        }
    status = 101 if exchange.method == METHOD else message.status or exchange.status or 0
    content: Json = {"size": exchange.response_size if message.absent else 0, "mimeType": _kind(message)}
    if not message.absent and not message.is_messages:
        body = _unpacked(message)
        content |= {"size": len(body), **_text(body, "encoding")}
        if encodings(message.headers):
            content["compression"] = len(body) - len(message.body)
    return {
        "status": status,
        "statusText": _PHRASES.get(status, ""),
        "httpVersion": exchange.http_version,
        "cookies": _cookies(message.headers, "set-cookie"),
        "headers": _headers(message.headers),
        "content": content,
        "redirectURL": _header(message.headers, "location") or "",
        "headersSize": -1,
        "bodySize": -1 if message.absent else len(message.body),
        **({} if message.absent else {"_transferSize": len(message.body)}),  # Chrome adds up the sizes else
        **_error(exchange),
    }


def _error(exchange: Exchange) -> Json:
    """Chrome's word for what kept an answer from coming to its end."""
    broke = exchange.outcome is not Outcome.COMPLETE and exchange.error
    return {"_error": exchange.error} if broke else {}


def _times(exchange: Exchange) -> Json:
    """What is not known took no time: HAR wants these three to be told."""
    sent = _ms(exchange.request_done) or 0.0
    answered = max(sent, _ms(exchange.first_byte) or sent)
    ended = max(answered, _ms(exchange.ended) or answered)
    steps = {"send": sent, "wait": answered - sent, "receive": ended - answered}
    return {"time": ended, "timings": {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, **steps}}


def _unpacked(message: Message) -> bytes:
    """The body without its content encoding, if it can be undone to its end and is no bomb."""
    body, problem = decode(message.body, message.headers, limit=own.LARGEST)
    return message.body if problem else body


def _text(body: bytes, encoding: str) -> Json:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode(), encoding: "base64"}


def _headers(headers: Headers) -> list[Json]:
    return [{"name": name, "value": value} for name, value in headers]


def _header(headers: Headers, name: str) -> str | None:
    return next((value for each, value in headers if each.lower() == name), None)


def _kind(message: Message) -> str:
    return _header(message.headers, "content-type") or "x-unknown"


def _query(url: str) -> list[Json]:
    try:
        query = urlsplit(url).query
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)]


def _cookies(headers: Headers, name: str) -> list[Json]:
    """Names and values; what else a Set-Cookie says stays in its header."""
    given = [value for each, value in headers if each.lower() == name]
    pieces = [
        piece
        for value in given
        for piece in (value.split(";") if name == "cookie" else [value.split(";")[0]])
    ]
    halves = [piece.strip().partition("=") for piece in pieces]
    return [{"name": key, "value": value} for key, equals, value in halves if equals]


def _iso(started: float) -> str:
    return datetime.fromtimestamp(started, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None or not isfinite(seconds) else max(0.0, seconds * 1000)
