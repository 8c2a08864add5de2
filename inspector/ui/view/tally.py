"""What a group of exchanges amounts to: how many, how many went wrong, whether any is under way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.words import failed


@dataclass(frozen=True, slots=True)
class Tally:
    """`newest` is the Unix time at which the last one started."""

    count: int = 0
    bad: int = 0
    open: int = 0
    newest: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        """Of both together."""
        return Tally(
            self.count + other.count,
            self.bad + other.bad,
            self.open + other.open,
            max(self.newest, other.newest),
        )


def tally(exchanges: Iterable[Exchange]) -> Tally:
    """What they amount to."""
    count = bad = running = 0
    newest = 0.0
    for exchange in exchanges:
        count += 1
        bad += failed(exchange)
        running += exchange.outcome is Outcome.OPEN
        newest = max(newest, exchange.started)
    return Tally(count, bad, running, newest)
