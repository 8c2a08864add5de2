"""In which order exchanges stand: what they are compared by, and the orders that a key goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from inspector.capture.model import Exchange
from inspector.prices.costs import Costs
from inspector.settings import Column, Sort
from inspector.ui.view.columns import cached_share, operation
from inspector.ui.view.timing import has_ends, has_moments

Value = float | str | None
"""What exchanges are compared by, all of one kind; None comes last, whatever the direction."""

AS_THEY_CAME = Sort(Column.TIME)
_WORDS = (Column.METHOD, Column.MODEL, Column.OPERATION, Column.ERROR)


def value_of(column: Column, costs: Costs) -> Callable[[Exchange], Value]:
    """What an exchange is compared by when it is ordered by that column."""
    if column is Column.COST:
        return costs.of
    return _VALUES[column]


def _used(name: str) -> Callable[[Exchange], Value]:
    def value(exchange: Exchange) -> Value:
        found: int | None = getattr(exchange.usage, name, None)
        return found

    return value


_VALUES: dict[Column, Callable[[Exchange], Value]] = {
    Column.ID: lambda exchange: exchange.id,
    Column.STATUS: lambda exchange: exchange.status,
    Column.TIME: lambda exchange: exchange.started,
    Column.METHOD: lambda exchange: exchange.method,
    Column.MODEL: lambda exchange: exchange.model,
    Column.OPERATION: operation,
    Column.DURATION: lambda exchange: exchange.ended if has_ends(exchange) else None,
    Column.FIRST: lambda exchange: exchange.first_event if has_moments(exchange) else None,
    Column.EVENTS: lambda exchange: exchange.event_count,
    Column.SIZE: lambda exchange: exchange.request_size + exchange.response_size,
    Column.INPUT: _used("input_tokens"),
    Column.CACHED: cached_share,
    Column.OUTPUT: _used("output_tokens"),
    Column.REASONING: _used("reasoning_tokens"),
    Column.ERROR: lambda exchange: exchange.error,
}


def ordered(exchanges: Iterable[Exchange], order: Sort, costs: Costs) -> list[Exchange]:
    """The exchanges in that order; equal ones as they came."""
    value = value_of(order.column, costs)
    with_value: list[tuple[float | str, Exchange]] = []
    without = []
    for exchange in sorted(exchanges, key=lambda one: (one.started, one.id)):
        found = value(exchange)
        if found is None:
            without.append(exchange)
        else:
            with_value.append((found, exchange))
    with_value.sort(key=lambda pair: pair[0], reverse=order.descending)
    return [*(exchange for _, exchange in with_value), *without]


def is_flat(order: Sort) -> bool:
    """Whether the list has no groups in that order."""
    return order.column is not Column.TIME


def spoken(order: Sort) -> str:
    """`by duration ▾`."""
    return f"by {order.column.value} {'▾' if order.descending else '▴'}"


def orders(columns: Iterable[Column], first: Sort) -> list[Sort]:
    """What the key goes through: the person's own order, as they came, and by each column that is shown:
    the largest first, words from A.
    """
    others = (Sort(column, column not in _WORDS) for column in columns)
    return list(dict.fromkeys((first, AS_THEY_CAME, *others)))
