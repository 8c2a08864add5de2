"""The one comparison of exchanges that have been out of a capture and in again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields
from math import isclose
from typing import Any
from urllib.parse import urlsplit

import pytest

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Headers, Leg, Message, Outcome
from inspector.protocol.azure import operation

_DERIVED = frozenset(
    {
        "session", "turn", "turn_id", "request_kind", "client", "model", "stream", "first_event",
        "event_count", "usage", "request_size", "response_size", "response_id", "request_digest",
        "parent_session", "agent", "agent_name", "answered",
    }
)  # fmt: skip
_IDENTITY = frozenset({"id", "revision", "source"})
_NUMBERS = frozenset({"parent", "socket"})
_TIMES = frozenset({"started", "request_done", "first_byte", "first_event", "ended"})
_EXCHANGE = frozenset(field.name for field in fields(Exchange))
_DETAIL = frozenset({"tracebacks", "options", "edited"})
_MESSAGE = frozenset({"headers", "status", "trailers", "body", "absent", "binary_messages"})
_CHUNKS = frozenset({"boundaries", "arrivals"})

Alike = Callable[..., None]


@pytest.fixture
def alike() -> Alike:
    """Asserts that two details tell the same.

    `without` names what the format between them cannot carry: fields of the exchange, of a message (of all
    legs), "tracebacks", "options", "edited", a leg's own name ("upstream-request"), "boundaries" (of chunks)
    and "arrivals" (their times). With `derived=False` the columns that pouring derives are not looked at, for
    what comes straight from an importer. `within`: seconds that times may differ.
    """

    def compare(
        one: ExchangeDetail,
        other: ExchangeDetail,
        *,
        without: Collection[str] = (),
        derived: bool = True,
        within: float = 2e-6,
    ) -> None:
        known = _EXCHANGE | _DETAIL | _MESSAGE | _CHUNKS | {leg.value for leg in Leg}
        assert set(without) <= known, f"no such fields: {set(without) - known}"
        leave = set(without) | (set() if derived else _DERIVED)
        found = [
            *_exchanges(one.exchange, other.exchange, leave, within),
            *_of(one, other, _DETAIL - leave, ""),
            *_legs(one, other, leave),
            *_chunks(one, other, leave, within),
        ]
        assert not found, "\n".join(found)

    return compare


def _exchanges(one: Exchange, other: Exchange, leave: set[str], within: float) -> list[str]:
    looked_at = _EXCHANGE - _IDENTITY - leave
    found = _of(one, other, looked_at - _TIMES - _NUMBERS, "exchange.")
    for name in sorted(looked_at & _TIMES):
        if not _same_time(ours := getattr(one, name), theirs := getattr(other, name), within):
            found.append(f"exchange.{name}: {ours!r} is not {theirs!r}")
    for name in sorted(looked_at & _NUMBERS):  # the numbers themselves are each capture's own
        if (getattr(one, name) is None) is not (getattr(other, name) is None):
            found.append(f"exchange.{name}: {getattr(one, name)!r} is not {getattr(other, name)!r}")
    return found


def _legs(one: ExchangeDetail, other: ExchangeDetail, leave: set[str]) -> list[str]:
    wanted = [leg for leg in Leg if leg not in leave]
    found = []
    for leg in wanted:
        ours, theirs = one.legs.get(leg), other.legs.get(leg)
        if isinstance(ours, Message) and isinstance(theirs, Message):
            found += _of(ours, theirs, _MESSAGE - leave, f"{leg}.")
        elif ours is not theirs:
            found.append(f"{leg}: {'missing' if ours is None else 'missing from the other'}")
    return found


def _chunks(one: ExchangeDetail, other: ExchangeDetail, leave: set[str], within: float) -> list[str]:
    found = []
    for leg in Leg:
        if leg in leave or leg not in one.legs or leg not in other.legs:
            continue
        ours, theirs = ([each for each in side.chunks if each.leg is leg] for side in (one, other))
        if "boundaries" not in leave and [c.data for c in ours] != [c.data for c in theirs]:
            found.append(f"{leg}: {len(ours)} chunks are not the other's {len(theirs)}")
        elif "arrivals" not in leave and "boundaries" not in leave:
            late = [
                (a.at, b.at) for a, b in zip(ours, theirs, strict=True) if not _same_time(a.at, b.at, within)
            ]
            found += [f"{leg}: a chunk came at {a!r}, not at {b!r}" for a, b in late[:3]]
    return found


def _of(one: object, other: object, names: Collection[str], where: str) -> list[str]:
    return [
        f"{where}{name}: {_short(getattr(one, name))} is not {_short(getattr(other, name))}"
        for name in sorted(names)
        if getattr(one, name) != getattr(other, name)
    ]


def _same_time(one: float | None, other: float | None, within: float) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=0, abs_tol=within)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:200]} … {text[-90:]} ({len(text)})"


Asked = Callable[..., ExchangeDetail]


@pytest.fixture
def asked() -> Asked:
    """An exchange as a recorder has it: a request, and an answer unless `status` is None.

    `pieces` are the answer's chunks; what is in `more` are fields of the exchange.
    """

    def make(
        body: bytes = b"",
        *pieces: bytes,
        method: str = "POST",
        url: str = "https://my-res.openai.azure.com/openai/v1/responses",
        headers: Headers = (("content-type", "application/json"),),
        status: int | None = 200,
        kind: str = "application/json",
        **more: Any,
    ) -> ExchangeDetail:
        legs = {Leg.REQUEST: Message(headers, body)}
        chunks = [Chunk(Leg.REQUEST, 0, 0.001, body)] if body else []
        if status is not None:
            legs[Leg.RESPONSE] = Message((("content-type", kind),), b"".join(pieces), status)
            chunks += [Chunk(Leg.RESPONSE, n, 0.2 + n / 10, piece) for n, piece in enumerate(pieces)]
        ended = 0.2 + len(pieces) / 10
        about: dict[str, Any] = {
            "operation": str(operation(method, urlsplit(url).path) or ""),
            "mode": "observe",
            "started": 1_790_000_000.5,
            "outcome": Outcome.COMPLETE,
            "status": status,
            "request_done": 0.001,
            "first_byte": 0.2,
            "ended": ended,
            "request_size": len(body),
            "response_size": sum(map(len, pieces)),
        }
        return ExchangeDetail(Exchange(1, 0, method, url, **(about | more)), legs, tuple(chunks))

    return make
