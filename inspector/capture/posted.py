"""A request that went over a WebSocket as it would have been posted.

A POST has no `type` and no `generate`, and knows no earlier request of a socket: in the place of
`previous_response_id` stands the history, where the capture has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inspector.capture.model import ExchangeDetail, Headers, Leg
from inspector.capture.reader import Reader
from inspector.capture.stored_history import Items, own_input
from inspector.capture.translated import OF_A_SOCKET, earlier_items
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object, to_bytes

_METADATA = "x-codex-turn-metadata"


def is_message(detail: ExchangeDetail) -> bool:
    """Whether what is asked went over a WebSocket."""
    request = detail.legs.get(Leg.REQUEST)
    return request is not None and request.is_messages and detail.exchange.operation == Operation.CREATE


def whole(reader: Reader, detail: ExchangeDetail) -> ExchangeDetail:
    """An exchange with a request that says all that the model was to see, as far as the capture knows."""
    return as_posted(detail, earlier_items(reader, detail)) if is_message(detail) else detail


def as_posted(detail: ExchangeDetail, history: Items | None) -> ExchangeDetail:
    """The same with a request that could be posted; what went over no WebSocket as it is.

    `history` as from `earlier_items`: without it a `previous_response_id` stays.
    """
    if not is_message(detail):
        return detail
    request, exchange = detail.legs[Leg.REQUEST], detail.exchange
    headers, content = request.headers, request.body
    if (body := parse_object(content)) is not None:
        headers, content = _headers(headers, body), to_bytes(posted_body(body, history))
    legs = {leg: replace(one, headers=_without_socket(one.headers)) for leg, one in detail.legs.items()}
    posted = replace(request, headers=headers, body=content, binary_messages=None)
    url = f"http{exchange.url[2:]}" if exchange.url.startswith(("ws:", "wss:")) else exchange.url
    return replace(
        detail,
        exchange=replace(exchange, method="POST", url=url),
        legs={**legs, Leg.REQUEST: posted},
    )


def posted_body(body: Mapping[str, Any], history: Items | None) -> dict[str, Any]:
    """A message as the body of a POST. A socket answers with events, whatever a message says."""
    posted = {name: value for name, value in body.items() if name not in OF_A_SOCKET}
    posted.setdefault("stream", True)
    own = own_input(posted)
    if history is not None and own is not None and "previous_response_id" in posted:
        del posted["previous_response_id"]
        posted["input"] = [*history, *own]
    return posted


def _headers(headers: Headers, body: Mapping[str, Any]) -> Headers:
    """The handshake's headers without what is about the WebSocket; what the message tells of its turn."""
    told = body.get("client_metadata")
    turn = told.get(_METADATA) if isinstance(told, dict) else None
    lasting = tuple(
        (name, value)
        for name, value in _without_socket(headers)
        if "responses_websockets" not in value and not (turn is not None and name.lower() == _METADATA)
    )
    about = ((_METADATA, turn),) if isinstance(turn, str) else ()
    return (*lasting, *about, ("content-type", "application/json"), ("accept", "text/event-stream"))


def _without_socket(headers: Headers) -> Headers:
    """A head of the handshake without what is about the WebSocket."""
    return tuple(
        (name, value)
        for name, value in headers
        if name.lower() not in ("upgrade", "connection") and not name.lower().startswith("sec-websocket-")
    )
