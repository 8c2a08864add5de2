"""The call that an exchange's request makes again, for the formats that can be run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from inspector.capture.encodings import decode
from inspector.capture.model import Exchange, Leg, Message
from inspector.formats.exporting import Unfit
from inspector.protocol import json_text
from inspector.protocol.azure import is_azure_host
from inspector.protocol.codex import DEFAULT_ENV_KEY
from inspector.protocol.snippets.call import Call, Variable, call_of

_HTTP = {"ws": "http", "wss": "https"}
_OF_THE_SOCKET = ("sec-websocket-", "connection", "upgrade")


def call_again(exchange: Exchange, message: Callable[[Leg], Message | None]) -> tuple[Call, list[str]]:
    """The request that went upstream, a bridged one as Codex asked for it; what is different, in sentences.

    `message` gives a leg of it. Raises Unfit when there is no whole request.
    """
    sent = Leg.UPSTREAM_REQUEST if exchange.mode == "repair" else Leg.REQUEST
    found = message(sent) or message(Leg.REQUEST)
    if found is None or found.absent:
        raise Unfit(f"The body of exchange {exchange.id}'s request is not in the file, so it cannot be sent.")
    body, problem = decode(found.body, found.headers)
    if problem is not None:
        raise Unfit(f"The body of exchange {exchange.id}'s request cannot be decoded: {problem}.")
    remarks = []
    if body != found.body:
        remarks.append("The body was sent compressed; here it is plain.")
    if not found.is_messages and exchange.method != "WEBSOCKET":
        call = call_of(exchange.method, exchange.url, found.headers, body)
    else:
        remarks.append("It was a message on a WebSocket; here it is a POST, which says the same.")
        call = _posted(exchange, found, body)
    if not call.credentials and is_azure_host(urlsplit(call.base_url).hostname or ""):
        remarks.append("No header with a key was recorded; here it is asked with one.")
        call = replace(call, credentials=(("api-key", (Variable(DEFAULT_ENV_KEY),)),))
    return call, remarks


def _posted(exchange: Exchange, message: Message, body: bytes) -> Call:
    """A `response.create` message as a request of its own: all of it but what says that it is a message."""
    value = json_text.parse_object(body)
    if value is None:
        raise Unfit(f"The message of exchange {exchange.id} is no JSON, so no request can be made of it.")
    value = {name: part for name, part in value.items() if name != "type"} | {"stream": True}
    url = urlsplit(exchange.url)
    headers = [(name, text) for name, text in message.headers if not name.lower().startswith(_OF_THE_SOCKET)]
    again = url._replace(scheme=_HTTP.get(url.scheme, url.scheme)).geturl()
    return call_of("POST", again, headers, json_text.to_bytes(value))
