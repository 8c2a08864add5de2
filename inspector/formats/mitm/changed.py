"""Flows that were changed in mitmproxy, which keeps of each what it was before it was first changed.

| what it was | what it is | told as |
|---|---|---|
| no answer yet | answered | one exchange: what the client asked, and what upstream was asked instead |
| anything else | sent again from mitmproxy | two: the second is made of the first |
| anything else | changed afterwards, and not sent | two as well, with a word about it |

Where nothing but a mark or a comment was changed, there is nothing to tell.
"""

from __future__ import annotations

from dataclasses import replace

from inspector.capture.model import ExchangeDetail, Leg, Made
from inspector.formats.mitm import sockets
from inspector.formats.mitm.exchange import LARGEST, Telling, chunk
from inspector.formats.mitm.fields import part, size
from inspector.formats.mitm.walk import State

_BEFORE = "mitmproxy kept this of a flow that was changed later: see the exchange made of it."
_SENT = "It was changed in mitmproxy and sent again."
_REPEATED = "It was sent again from mitmproxy, as it was."
_UNSENT = "It was changed in mitmproxy afterwards: nobody says that it was ever sent so."
_HELD = "Its request was changed in mitmproxy before it went upstream."

_COMPARED = ("method", "scheme", "host", "port", "path", "headers", "trailers", "status_code")


def exchanges(
    telling: Telling, state: State, place: str, remarks: tuple[str, ...] = ()
) -> list[ExchangeDetail]:
    """The exchanges of a flow; none where nothing is left of its request."""
    if part(state, "request") is None:
        return []
    before = part(state, "backup")
    if before is None or part(before, "request") is None:
        return _told(telling, state, place, remarks)
    same_request = _same(telling, before, state, "request")
    if same_request and _same(telling, before, state, "response"):
        return _told(telling, state, place, remarks)
    sent = state.get("is_replay") == "request" and before.get("is_replay") != "request"
    if part(before, "response") is None and part(before, "error") is None and not sent:
        if same_request:
            return _told(telling, state, place, remarks)
        return _held(telling, before, state, place, remarks)
    first = _told(telling, before, place, (*remarks, _BEFORE))
    word = (_REPEATED if same_request else _SENT) if sent else _UNSENT
    head, *more = _told(telling, state, place, (*remarks, word))
    made = Made("replay" if same_request and sent else "edit")
    return [
        *first,
        replace(head, exchange=replace(head.exchange, parent=first[0].exchange.id, made=made)),
        *more,
    ]


def _told(telling: Telling, state: State, place: str, remarks: tuple[str, ...]) -> list[ExchangeDetail]:
    detail = telling.exchange(state, place, remarks)
    websocket = part(state, "websocket")
    return [detail] if websocket is None else sockets.parts(telling, detail, websocket)


def _held(
    telling: Telling, before: State, state: State, place: str, remarks: tuple[str, ...]
) -> list[ExchangeDetail]:
    """A request that was held, and changed before it was sent."""
    asked, missing = telling.message(part(before, "request") or {}, "request")
    head, *more = _told(telling, state, place, (*remarks, _HELD, *missing))
    legs = {Leg.REQUEST: asked, Leg.UPSTREAM_REQUEST: head.legs[Leg.REQUEST]}
    legs |= {leg: message for leg, message in head.legs.items() if leg is not Leg.REQUEST}
    chunks = chunk(Leg.REQUEST, asked, head.exchange.request_done)
    chunks += [
        replace(each, leg=Leg.UPSTREAM_REQUEST) if each.leg is Leg.REQUEST else each for each in head.chunks
    ]
    told = size((part(before, "request") or {}).get("content"))
    exchange = replace(head.exchange, request_size=told)
    return [replace(head, exchange=exchange, legs=legs, chunks=tuple(chunks)), *more]


def _same(telling: Telling, before: State, state: State, name: str) -> bool:
    """Whether a message is what it was before, but for its times."""
    one, other = part(before, name), part(state, name)
    if one is None or other is None:
        return one is other
    if any(one.get(key) != other.get(key) for key in _COMPARED):
        return False
    ours, theirs = one.get("content"), other.get("content")
    if ours is None or theirs is None:
        return ours is theirs
    return size(ours) == size(theirs) <= LARGEST and telling.whole(ours) == telling.whole(theirs)
