"""The filter that is in force on the list, and which exchanges fit it, as far as that is known.

Rows decide at once; what only bodies can tell is left to a search (`ui/filter_watch`), whose findings come in
through `learn`. A wrong filter changes nothing: the last good one stays in force.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from inspector.capture.filter.conditions import Need
from inspector.capture.filter.language import Filter, parse
from inspector.capture.filter.problem import FilterError
from inspector.capture.filter.surroundings import Surroundings, surroundings
from inspector.capture.model import Exchange


@dataclass(frozen=True, slots=True)
class Change:
    """Exchanges that fit from now on, that no longer do, and that have to be looked into."""

    shown: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    undecided: tuple[Exchange, ...] = ()


class Narrowing:
    """`matched` are the numbers of those that fit, None while there is no filter."""

    def __init__(self) -> None:
        self.wanted = Filter()
        self.problem: FilterError | None = None
        self.matched: set[int] | None = None
        self.around = Surroundings()

    def ask(self, text: str, exchanges: Collection[Exchange]) -> tuple[Exchange, ...] | None:
        """Put a filter in force: those of the exchanges that have to be looked into; None: it is wrong,
        or means what the one before meant.
        """
        try:
            wanted = parse(text)
        except FilterError as error:
            self.problem = error
            return None
        self.problem = None
        if wanted == self.wanted:
            return None
        self.wanted = wanted
        self.matched = set() if wanted else None
        change = self.take(exchanges, exchanges)
        return change.undecided

    def take(self, changed: Iterable[Exchange], exchanges: Collection[Exchange]) -> Change:
        """What new and changed exchanges change, among all there are."""
        if self.matched is None:
            return Change()
        if Need.SURROUNDINGS in self.wanted.needs:
            self.around = surroundings(exchanges)
        shown: set[int] = set()
        hidden: set[int] = set()
        undecided = []
        for exchange in changed:
            fits = self.wanted.matches(exchange, self.around)
            if fits is None:
                undecided.append(exchange)
            else:
                (shown if fits else hidden).add(exchange.id)
        return self._changed(shown, hidden, tuple(undecided))

    def learn(self, found: Iterable[int], missed: Iterable[int]) -> Change:
        """What a look into the bodies changes."""
        return self._changed(set(found), set(missed), ())

    def _changed(self, shown: set[int], hidden: set[int], undecided: tuple[Exchange, ...]) -> Change:
        if self.matched is None:
            return Change()
        change = Change(frozenset(shown - self.matched), frozenset(hidden & self.matched), undecided)
        self.matched |= shown
        self.matched -= hidden
        return change
