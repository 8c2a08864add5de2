"""When the parts of an exchange were, by an archive's `timings`: milliseconds, -1 where it does not apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.capture.model import Chunk, Exchange, Leg, Message
from inspector.formats import spacing
from inspector.formats.har import fields


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds after the start; None where the archive does not tell."""

    request_done: float | None
    first_byte: float | None
    ended: float | None


_STEPS = ("blocked", "dns", "connect", "send")  # `ssl` is part of `connect`


def times(entry: Mapping[str, Any], creator: str = "") -> Times:
    """Of an entry. mitmproxy connects while it sends, or before the start, and tells of it all the same."""
    told = fields.inner(entry, "timings")
    overlaps = creator == "mitmproxy"
    before = [fields.number(told, name) for name in (_STEPS[-1:] if overlaps else _STEPS)]
    wait, receive = fields.number(told, "wait"), fields.number(told, "receive")
    total = None if overlaps else fields.number(entry, "time")
    if wait is None and receive is None:
        return Times(None, None, None if total is None else total / 1000)
    sent = sum(each for each in before if each is not None)
    answered = sent + (wait or 0.0)
    return Times(sent / 1000, answered / 1000, max(answered + (receive or 0.0), total or 0.0) / 1000)


def chunks(exchange: Exchange, leg: Leg, message: Message) -> list[Chunk]:
    """Those of a body whose exchange tells when it began and ended: of a stream the events, spread evenly."""
    if not message.body:
        return []
    begun, ended = exchange.first_byte or 0.0, exchange.ended or 0.0
    if leg is Leg.REQUEST:
        return [Chunk(leg, 0, exchange.request_done or 0.0, message.body)]
    kinds = [value for name, value in message.headers if name.lower() == "content-type"]
    packed = any(name.lower() == "content-encoding" for name, _ in message.headers)
    if kinds and kinds[0].startswith("text/event-stream") and not packed:
        return spacing.spread(leg, message.body, begun, ended)
    return [Chunk(leg, 0, max(begun, ended), message.body)]
