"""What a row cannot say of itself: whether it repeats another one, and what a person has put on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from inspector.capture.model import Exchange


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Numbers of exchanges that repeat the one before, that are marked, and notes on them by number."""

    retries: Collection[int] = frozenset()
    marked: Collection[int] = frozenset()
    notes: Mapping[int, str] = field(default_factory=dict)


def surroundings(exchanges: Collection[Exchange]) -> Surroundings:
    """Those of exchanges that are all there is to look at."""
    return Surroundings(
        retries(exchanges),
        frozenset(exchange.id for exchange in exchanges if exchange.marked),
        {exchange.id: exchange.note for exchange in exchanges if exchange.note},
    )


def retries(exchanges: Iterable[Exchange]) -> frozenset[int]:
    """Those whose request is the same as the last one of their session, whatever came of that; no replays."""
    last: dict[str, str] = {}
    found = set()
    for exchange in sorted(exchanges, key=lambda one: (one.started, one.id)):
        digest, session = exchange.request_digest, exchange.session
        if digest is None or session is None or exchange.parent is not None:
            continue
        if last.get(session) == digest:
            found.add(exchange.id)
        last[session] = digest
    return frozenset(found)
