"""The request before a request: what one compares it with to see what its turn brought.

In order of preference, each the last that started before it in the same session:

1. of the same operation and kind (a turn with a turn, a compaction with a compaction), not a repetition of it
2. of any operation that sends a body, not a repetition of it
3. a repetition of it: an earlier attempt at the same request

What was made of another exchange (a replay) stands behind that one, and before none.
"""

from __future__ import annotations

from collections.abc import Iterable

from inspector.capture.model import Exchange
from inspector.protocol.azure import Operation

_WITH_BODIES = (Operation.CREATE, Operation.COMPACT, Operation.CHAT)


def predecessor(exchange: Exchange, exchanges: Iterable[Exchange]) -> Exchange | None:
    """The one of `exchanges` that stands before this one; None when it is the first of its session."""
    if exchange.parent is not None:
        return next((other for other in exchanges if other.id == exchange.parent), None)
    best: tuple[int, float, int] | None = None
    found = None
    for other in exchanges:
        if not _may_be(other, exchange):
            continue
        if other.request_digest is not None and other.request_digest == exchange.request_digest:
            worth = 0
        else:
            worth = 1 + ((other.operation, other.request_kind) == (exchange.operation, exchange.request_kind))
        rank = (worth, other.started, other.id)
        if best is None or rank > best:
            best, found = rank, other
    return found


def _may_be(other: Exchange, exchange: Exchange) -> bool:
    """Whether it is of the same session, earlier, and has something to compare."""
    if (other.started, other.id) >= (exchange.started, exchange.id) or other.operation not in _WITH_BODIES:
        return False
    if other.parent is not None:
        return False
    if exchange.session is None:
        return other.session is None and other.connection == exchange.connection
    return other.session == exchange.session
