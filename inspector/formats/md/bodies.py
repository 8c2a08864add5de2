"""The beginnings of an exchange's bodies, to be unfolded, in the order in which they passed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from inspector.capture.encodings import decode
from inspector.capture.events import TimedEvent, timed_events
from inspector.capture.model import ExchangeDetail, Leg, Message, Timing
from inspector.formats.md.answer import Answer, answer_of
from inspector.formats.md.before import Before
from inspector.formats.md.brief import brief, cut
from inspector.formats.md.text import fenced, folded
from inspector.formats.md.values import LARGEST, value_of
from inspector.protocol import json_text

_MOST_EVENTS = 40
_BYTES = 128  # of a body that is no text
_LEGS = {
    Leg.REQUEST: "Request",
    Leg.UPSTREAM_REQUEST: "Request that the proxy sent instead",
    Leg.UPSTREAM_RESPONSE: "Answer that the proxy got",
    Leg.RESPONSE: "Answer",
}


def folds(
    detail: ExchangeDetail,
    events: Sequence[TimedEvent],
    answer: Answer,
    before: Before | None,
    room: int,
) -> str:
    """The beginnings of its bodies, to be unfolded."""
    found = []
    asked = detail.legs.get(Leg.REQUEST)
    echoed = value_of(asked) if asked is not None else None
    mark = "" if detail.exchange.timing is Timing.RECORDED else "~"  # of a time that nobody measured
    for leg, called in _LEGS.items():
        message = detail.legs.get(leg)
        if message is None or not (message.body or message.absent):
            continue
        name = f"{called}, {len(message.body):,} bytes"
        if leg is Leg.REQUEST and before is not None and before.is_same:
            continue
        if message.absent:
            why = "had not been read yet" if detail.exchange.awaited else "is not in the file"
            found.append(f"{called}: its body {why}.\n")
        elif leg is Leg.RESPONSE and events:
            found += _stream(name, events, _without_echo(answer.value, echoed), room, mark)
        elif leg is Leg.UPSTREAM_RESPONSE and (upstream := _upstream_events(detail, message)):
            found += _stream(name, upstream, answer_of(upstream, None).value, room, mark)
        else:
            found.append(_head(name, message, room, echoed if leg is Leg.RESPONSE else None))
    return "\n".join(found)


def counted(events: Sequence[TimedEvent]) -> str:
    """`28 events`."""
    return "1 event" if len(events) == 1 else f"{len(events):,} events"


def _stream(name: str, events: Sequence[TimedEvent], value: object, room: int, mark: str) -> list[str]:
    outline = folded(f"{name}: {counted(events)}", fenced(_outline(events, mark)))
    return [outline, _json(f"{name}, put together", value, room)]


def _upstream_events(detail: ExchangeDetail, message: Message) -> list[TimedEvent]:
    chunks = (chunk for chunk in detail.chunks if chunk.leg is Leg.UPSTREAM_RESPONSE)
    return timed_events(message.headers, chunks)


def _head(name: str, message: Message, room: int, echoed: object) -> str:
    value = value_of(message)
    if isinstance(value, dict | list) and json_text.is_shallow(value):
        return _json(name, _without_echo(value, echoed), room)
    body, problem = decode(message.body, message.headers, limit=LARGEST)
    words = f", which cannot be decoded to its end: {problem}" if problem else ""
    beginning = body[: 4 * room].decode("utf-8", "replace")
    if beginning.count("\ufffd") * 8 > len(beginning):
        return folded(f"{name}{words}, no text", fenced(body[:_BYTES].hex(" ", -4)))
    return folded(f"{name}{words}", fenced(cut(beginning, room)))


def _without_echo(value: object, asked: object) -> object:
    """An answer without the members that say again what was asked."""
    if not isinstance(value, dict) or not isinstance(asked, dict):
        return value
    echoed = [name for name, part in value.items() if name in asked and part == asked[name]]
    if not echoed:
        return value
    rest = {name: part for name, part in value.items() if name not in echoed}
    return {**rest, "…": f"as in the request: {', '.join(map(str, echoed))}"}


def _json(name: str, value: object, room: int) -> str:
    text, is_all = brief(value, room)
    return folded(name if is_all else f"{name}, shortened", fenced(text, "json"))


def _outline(events: Sequence[TimedEvent], mark: str) -> str:
    """The types in order, each with the moment of its first, `mark` before; repeated ones counted."""
    lines = []
    for kind, same in groupby(events, lambda event: event.type):
        first, *more = same
        count = f"  \u00d7{len(more) + 1}, until {mark}{more[-1].at:.3f} s" if more else ""
        lines.append(f"{f'{mark}{first.at:.3f}':>9} s  {cut(kind, 80) or '(no type)'}{count}")
    if len(lines) > _MOST_EVENTS:
        half = _MOST_EVENTS // 2
        lines = [*lines[:half], f"… {len(lines) - 2 * half:,} more lines", *lines[-half:]]
    return "\n".join(lines)
