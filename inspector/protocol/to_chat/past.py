"""The history that a `previous_response_id` stands for, read before the input as if it had been sent.

Its pieces have no place in the request. While they are read, their places are `past/N/...`, which is no JSON
pointer; afterwards what they became is `injected`, and the request's field points at the messages that were
made of them, or is rejected for what among them cannot be said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from inspector.protocol.report import Kind, Row

_FIELD = "/previous_response_id"


def place_of(n: int) -> str:
    """Where item `n` of the history is, in rows that are not settled yet."""
    return f"past/{n}"


def is_past(pointer: str) -> bool:
    """Whether a place is in the history, and not in the request."""
    return pointer.startswith("past/")


def settle(rows: list[Row], response_id: str, count: int) -> None:
    """Turn the rows about `count` items of history into those of a request that did not hold them."""
    settled: list[Row] = []
    targets: list[str] = []
    lost: Counter[str] = Counter()
    refused = ""
    reason = f"from the history of {response_id:.80}"
    for row in rows:
        if row.source is None or not is_past(row.source):
            settled.append(row)
        elif row.kind is Kind.REJECTED:
            refused = refused or row.reason
        elif row.targets:
            settled.append(Row(Kind.INJECTED, None, row.targets, reason))
            targets += row.targets
        elif row.loss:
            lost[row.reason] += 1
    places = _messages(targets)
    if refused:
        settled.append(Row(Kind.REJECTED, _FIELD, places, refused, loss=True))
    else:
        told = f"its history stands here, {count:,} items"
        told += "".join(f"; left out: {why} ({times:,})" for why, times in lost.items())
        kind = Kind.MOVED if places else Kind.DROPPED
        settled.append(Row(kind, _FIELD, places, told, loss=bool(lost)))
    rows[:] = settled


def _messages(targets: Iterable[str]) -> tuple[str, ...]:
    """The messages that the targets belong to, each once."""
    found = dict.fromkeys("/".join(target.split("/")[:3]) for target in targets)
    return tuple(place for place in found if place.startswith("/messages/"))
