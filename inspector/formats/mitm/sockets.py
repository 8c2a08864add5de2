"""A WebSocket's flow as exchanges: mitmproxy keeps all its messages, with their times, in one flow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inspector.capture import sockets
from inspector.capture.model import ExchangeDetail, Leg, Timing
from inspector.capture.sockets import SocketEnd, SocketMessage
from inspector.formats.mitm.exchange import LARGEST, Telling
from inspector.formats.mitm.fields import size, text, time
from inspector.formats.mitm.walk import State

BINARY = 2  # RFC 6455's opcode; 1 is text


def parts(telling: Telling, handshake: ExchangeDetail, websocket: State) -> list[ExchangeDetail]:
    """The handshake, and an exchange for each request that went over the socket."""
    exchange = handshake.exchange
    over = time(websocket.get("timestamp_end"))
    source = exchange.source
    assert source is not None
    told = websocket.get("messages")
    all_of_them = [each for each in told if _is_message(each)] if isinstance(told, list) else []
    messages = _that_fit(all_of_them)
    remarks = [*source.remarks, *_remarks(messages)]
    if left_out := len(all_of_them) - len(messages):
        remarks.append(
            f"Its last {left_out:,} messages are left out: together they are more than is read in."
        )
    opened = replace(
        exchange,
        ended=exchange.ended if over is None else max(0.0, over - exchange.started),
        source=replace(source, timing=Timing.RECORDED, remarks=tuple(remarks)),
    )
    whole = sockets.split(
        replace(handshake, exchange=opened),
        [_message(telling, each, exchange.started) for each in messages],
        _end(websocket),
        telling.numbers,
    )
    sized = [_sized(each) for each in whole]
    return [_head(each) for each in sized] if telling.heads else sized


def _is_message(told: object) -> bool:
    return isinstance(told, list) and len(told) >= 4


def _that_fit(messages: list[list[Any]]) -> list[list[Any]]:
    """The first ones, which together are no more than one body may be: all are in memory at once."""
    total = 0
    for n, each in enumerate(messages):
        total += size(each[2])
        if total > LARGEST:
            return messages[:n]
    return messages


def _message(telling: Telling, told: list[Any], started: float) -> SocketMessage:
    kind, from_client, content, at = told[:4]
    return SocketMessage(
        from_client is True,
        telling.whole(content),
        max(0.0, (time(at) or started) - started),
        kind == BINARY,
    )


def _end(websocket: State) -> SocketEnd:
    by_client, code = websocket.get("closed_by_client"), websocket.get("close_code")
    return SocketEnd(
        by_client if isinstance(by_client, bool) else None,
        code if isinstance(code, int) else None,
        text(websocket.get("close_reason")),
    )


def _remarks(messages: list[list[Any]]) -> list[str]:
    dropped = sum(len(each) > 4 and each[4] is True for each in messages)
    injected = sum(len(each) > 5 and each[5] is True for each in messages)
    return [
        *([f"{dropped} of its messages were dropped in mitmproxy, and went no further."] if dropped else []),
        *([f"{injected} of its messages were put in by a person or an addon."] if injected else []),
    ]


def _sized(detail: ExchangeDetail) -> ExchangeDetail:
    asked, answered = (
        len(message.body) if (message := detail.legs.get(leg)) else 0 for leg in (Leg.REQUEST, Leg.RESPONSE)
    )
    return replace(detail, exchange=replace(detail.exchange, request_size=asked, response_size=answered))


def _head(detail: ExchangeDetail) -> ExchangeDetail:
    """The same without its messages."""
    legs = {leg: replace(message, body=b"") for leg, message in detail.legs.items()}
    return replace(detail, legs=legs, chunks=())
