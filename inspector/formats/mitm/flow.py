"""An exchange as the state of a flow, in the version of the format that mitmproxy 11 and 12 write."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from inspector.capture.encodings import decode
from inspector.capture.model import Exchange, ExchangeDetail, Headers, Leg, Message, Outcome
from inspector.formats.mitm import ours
from inspector.formats.mitm.exchange import KILLED
from inspector.formats.mitm.walk import State
from inspector.protocol.azure import chat_target, parse_upstream
from inspector.protocol.json_text import parse_object

VERSION = 21
MARK = ":default:"
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_PLAIN = {"ws": "http", "wss": "https"}
_SAID = {
    Outcome.CLIENT_GONE: "Client disconnected.",
    Outcome.UPSTREAM_GONE: "server closed connection",
    Outcome.UNREACHABLE: "Connect call failed",
    Outcome.REFUSED: KILLED,
}
"""What mitmproxy would say; our own words go into the metadata."""


def flow_of(detail: ExchangeDetail) -> State:
    """The client's side of an exchange."""
    exchange = detail.exchange
    state = _flow(detail, exchange.url, Leg.REQUEST, Leg.RESPONSE)
    state |= {"marked": MARK if exchange.marked else "", "comment": exchange.note}
    state["metadata"] = ours.metadata(exchange)
    if exchange.made is not None and exchange.made.repeats:
        state["is_replay"] = "request"
    return state


def upstream_flow_of(detail: ExchangeDetail, client_s: State) -> State | None:
    """The other side of an exchange that was changed on its way; None where there is none."""
    if Leg.UPSTREAM_REQUEST not in detail.legs and Leg.UPSTREAM_RESPONSE not in detail.legs:
        return None
    state = _flow(detail, _upstream_url(detail), Leg.UPSTREAM_REQUEST, Leg.UPSTREAM_RESPONSE)
    state["id"] = str(uuid5(NAMESPACE_URL, f"{client_s['id']} upstream"))
    state["comment"] = f"What went upstream instead of exchange {detail.exchange.id}: see the flow before."
    state["metadata"] = ours.metadata_upstream(client_s["id"])
    return state


def _flow(detail: ExchangeDetail, url: str, asking: Leg, answering: Leg) -> State:
    exchange, request = detail.exchange, detail.legs.get(asking)
    response = detail.legs.get(answering)
    scheme, host, port, path = _taken_apart(url)
    begun, version = exchange.started, _bytes(exchange.http_version)
    ended = _at(exchange, exchange.ended)
    came = exchange.first_byte if exchange.first_byte is not None else exchange.ended
    answer = response and {
        **_message(response, version, begun + (came or 0.0), ended),
        "status_code": response.status or 0,
        "reason": _reason(response.status) if exchange.http_version.startswith("HTTP/1") else b"",
    }
    return {
        "version": VERSION,
        "type": "http",
        "id": str(uuid5(NAMESPACE_URL, f"{url} {exchange.id} {begun!r}")),
        "error": _error(exchange, ended or begun, answered=response is not None),
        "client_conn": _client(exchange),
        "server_conn": _server(exchange, scheme, host, port),
        "intercepted": False,
        "is_replay": None,
        "marked": "",
        "metadata": {},
        "comment": "",
        "timestamp_created": begun,
        "backup": None,
        "request": {
            **_message(
                request or Message((), b"", absent=True), version, begun, _at(exchange, exchange.request_done)
            ),
            "host": host,
            "port": port,
            "method": _bytes(exchange.method),
            "scheme": _bytes(scheme),
            "authority": b"",
            "path": _bytes(path),
        },
        "response": answer,
        "websocket": None,
    }


def _message(message: Message, version: bytes, begun: float, ended: float | None) -> State:
    return {
        "http_version": version,
        "headers": _headers(message.headers),
        "content": None if message.absent else message.body,
        "trailers": _headers(message.trailers) if message.trailers else None,
        "timestamp_start": begun,
        "timestamp_end": ended,
    }


def _at(exchange: Exchange, after: float | None) -> float | None:
    return None if after is None else exchange.started + after


def _error(exchange: Exchange, at: float, *, answered: bool) -> State | None:
    said = _SAID.get(exchange.outcome)
    if said is None or (exchange.outcome is Outcome.REFUSED and answered):
        return None
    return {"msg": said, "timestamp": at}


def _connection(exchange: Exchange, secure: bool) -> State:
    at = exchange.started
    return {
        "sockname": ["", 0],
        "id": exchange.connection,
        "transport_protocol": "tcp",
        "error": None,
        "tls": secure,
        "certificate_list": [],
        "alpn": None,
        "alpn_offers": [],
        "cipher": None,
        "cipher_list": [],
        "tls_version": None,
        "sni": None,
        "timestamp_start": at,
        "timestamp_end": None,
        "timestamp_tls_setup": at if secure else None,
    }


def _client(exchange: Exchange) -> State:
    return {
        "peername": ["", 0],
        **_connection(exchange, secure=False),
        "mitmcert": None,
        "proxy_mode": "regular",
    }


def _server(exchange: Exchange, scheme: str, host: str, port: int) -> State:
    connection = {"peername": None, **_connection(exchange, scheme == "https"), "sockname": None}
    if exchange.outcome is Outcome.UNREACHABLE:
        connection |= {"timestamp_start": None, "timestamp_tls_setup": None}
    connection["id"] = f"{exchange.connection} upstream"
    return {
        **connection,
        "address": [host, port],
        "timestamp_tcp_setup": connection["timestamp_start"],
        "via": None,
    }


def _taken_apart(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, path with query; a host of "" where the URL has none."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return "http", "", 80, url
    scheme = _PLAIN.get(scheme, scheme)
    stop = min((rest.find(each) for each in "/?" if each in rest), default=len(rest))
    authority, path = rest[:stop], rest[stop:]
    host, colon, port = authority.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit() and int(port) < 65536):
        host, port = authority, str(_PORTS.get(scheme, 80))
    return scheme, host.removeprefix("[").removesuffix("]"), int(port), path


def _upstream_url(detail: ExchangeDetail) -> str:
    """Where the changed request went: for a bridged one, to the chat endpoint of its model."""
    url, sent = detail.exchange.url, detail.legs.get(Leg.UPSTREAM_REQUEST)
    if detail.exchange.mode != "bridge" or sent is None:
        return url
    body, _ = decode(sent.body, sent.headers)
    model = (parse_object(body) or {}).get("model")
    try:
        upstream = parse_upstream(url)
    except ValueError:
        return url
    version = _text(detail.options, "api_version") or upstream.api_version
    target = chat_target(upstream, deployment=model if isinstance(model, str) else "", api_version=version)
    return f"{upstream.scheme}://{upstream.authority}{target}"


def _text(options: Mapping[str, Any], name: str) -> str | None:
    told = options.get(name)
    return told if isinstance(told, str) and told else None


def _headers(told: Headers) -> list[tuple[bytes, bytes]]:
    return [(_bytes(name), _bytes(value)) for name, value in told]


def _bytes(told: str) -> bytes:
    try:
        return told.encode("latin-1")
    except UnicodeEncodeError:
        return told.encode("utf-8", "replace")


def _reason(status: int | None) -> bytes:
    try:
        return HTTPStatus(status or 0).phrase.encode()
    except ValueError:
        return b""
