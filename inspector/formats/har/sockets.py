"""What went over a WebSocket, as Chrome writes it, and mitmproxy after it: `_webSocketMessages`.

A message is `{type, time, opcode, data}`: "send" or "receive", Unix time in seconds, 1 for a text and 2 for
binary data, which is in base64. What broke the socket stands among them: type "error", opcode -1, and words.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from inspector.capture.model import ExchangeDetail, Leg
from inspector.capture.sockets import SocketMessage
from inspector.formats.har import bodies, fields

MEMBER = "_webSocketMessages"
_KINDS = {Leg.REQUEST: "send", Leg.RESPONSE: "receive"}
_ERROR = "error"
_TEXT, _BINARY = 1, 2
_LAST = 1e11  # seconds, in the fifth millennium


def messages(entry: Mapping[str, Any], started: float) -> Iterator[SocketMessage]:
    """The messages of an entry that began at `started`, in the order of the file."""
    for each in _told(entry):
        opcode = fields.whole(each, "opcode")
        if opcode not in (None, _TEXT, _BINARY) or each.get("type") == _ERROR:
            continue  # pings, and how it was closed
        data, binary = _data(fields.text(each, "data") or "", opcode == _BINARY)
        told = fields.number(each, "time") or started
        at = max(0.0, (told / 1000 if told > _LAST else told) - started)  # some writers tell milliseconds
        yield SocketMessage(each.get("type") == "send", data, at, binary)


def error(entry: Mapping[str, Any]) -> str | None:
    """What broke the socket, in Chrome's words."""
    words = (fields.text(each, "data") for each in _told(entry) if each.get("type") == _ERROR)
    return next((each for each in words if each), None)


def sent(entry: Mapping[str, Any], *, from_client: bool) -> list[bytes]:
    """Those of one direction."""
    return [each.data for each in messages(entry, 0.0) if each.from_client is from_client]


def written(detail: ExchangeDetail) -> list[dict[str, Any]]:
    """The messages of an exchange that went over a WebSocket, in order of arrival."""
    return [
        {
            "type": _KINDS[chunk.leg],
            "time": detail.exchange.started + chunk.at,
            **_written(chunk.data, chunk.n in (detail.legs[chunk.leg].binary_messages or ())),
        }
        for chunk in detail.chunks
        if chunk.leg in _KINDS and detail.legs[chunk.leg].is_messages
    ]


def _told(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    told = entry.get(MEMBER)
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def _written(data: bytes, binary: bool) -> dict[str, Any]:
    try:
        if not binary:
            return {"opcode": _TEXT, "data": data.decode()}
    except UnicodeDecodeError:
        pass  # no text, whatever it was called
    return {"opcode": _BINARY, "data": b64encode(data).decode()}


def _data(given: str, binary: bool) -> tuple[bytes, bool]:
    if binary:
        try:
            return b64decode(given, validate=True), True
        except ValueError:
            pass  # a text, then
    return bodies.as_sent(given), False
