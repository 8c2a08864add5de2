"""What stands in the columns, and which of them there is room for."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome, Usage
from inspector.prices.costs import Costs
from inspector.settings import Column, Price
from inspector.ui.view.columns import KINDS, Look, layout, money


def exchange(**changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": 7, "revision": 1, "method": "POST", "url": "https://a", "operation": "chat.create",
        "mode": "observe", "started": 0.0, "outcome": Outcome.COMPLETE, "status": 200, "model": "m",
        "ended": 1.9, "first_event": 0.25, "event_count": 12, "usage": Usage(12_000, 9_000, 310, 40),
        "request_size": 1000, "response_size": 500,
    }  # fmt: skip
    return Exchange(**{**told, **changes})


@pytest.mark.parametrize(
    ("column", "text"),
    [(Column.ID, "7"), (Column.STATUS, "200"), (Column.METHOD, "POST"), (Column.MODEL, "m"),
     (Column.OPERATION, "chat"), (Column.DURATION, "1.90 s"), (Column.FIRST, "250 ms"), (Column.EVENTS, "12"),
     (Column.SIZE, "1.5 KB"), (Column.INPUT, "12k"), (Column.CACHED, "75%"), (Column.OUTPUT, "310"),
     (Column.REASONING, "40"), (Column.COST, "0.0064")],
)  # fmt: skip
def test_what_stands_in_a_column(column: Column, text: str):
    look = Look((), Costs({"m": Price(input=1, cached=0.1, output=8)}))
    assert KINDS[column].text(exchange(), look, 9.0) == text


def test_every_column_but_the_errors_words_can_be_drawn():
    assert set(Column) - set(KINDS) == {Column.ERROR}


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0"), (0.00042, "0.00042"), (0.0312, "0.0312"), (12.4, "12.40"), (1240, "1240")]
)
def test_money(amount: float, text: str):
    assert money(amount) == text


def test_the_least_goes_first_and_order_is_kept():
    columns = (Column.EVENTS, Column.MODEL, Column.STATUS, Column.DURATION)
    shown = [
        [column for column, _ in layout(columns, width, wide=False).columns] for width in (26, 20, 12, 3)
    ]
    assert shown == [list(columns), list(columns[1:]), [Column.STATUS, Column.DURATION], []]
    assert all(layout(tuple(Column), width, wide=False).width <= width for width in range(200))
