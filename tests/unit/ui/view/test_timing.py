from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.events import TimedEvent
from inspector.capture.model import Exchange, Outcome, Source, Timing
from inspector.prices.costs import Costs
from inspector.settings import Column, Sort
from inspector.ui.view.columns import KINDS, Look
from inspector.ui.view.event_nodes import GAP
from inspector.ui.view.events import EventRows
from inspector.ui.view.order import ordered
from inspector.ui.view.timing import EACH, length, moment, spacing, words

RECORDED: Any = dict(  # noqa: C408
    id=1, revision=1, method="POST", url="u", operation="responses.create", mode="observe", started=0.0,
    outcome=Outcome.COMPLETE, first_event=1.0, ended=2.0,
)  # fmt: skip


def read_in(timing: Timing, **changes: Any) -> Exchange:
    return Exchange(**{**RECORDED, "source": Source("a.har", "har", "entry 1", timing), **changes})


def events(*moments: float) -> list[TimedEvent]:
    return [TimedEvent(n, at, "x", {}) for n, at in enumerate(moments)]


@pytest.mark.parametrize(
    ("timing", "took", "first"),
    [
        (Timing.RECORDED, "2.00 s", "1.00 s"),
        (Timing.WHOLE, "2.00 s", "-"),
        (Timing.EVEN, "-", "-"),
        (Timing.NONE, "-", "-"),
    ],
)
def test_no_length_is_told_that_nobody_measured(timing: Timing, took: str, first: str):
    exchange, look = read_in(timing), Look(())
    assert KINDS[Column.DURATION].text(exchange, look, 0.0) == took
    assert KINDS[Column.FIRST].text(exchange, look, 0.0) == first
    assert bool(words(exchange)) is (timing is not Timing.RECORDED)


def test_what_has_no_times_comes_last_in_the_order_of_times():
    ones = [
        read_in(Timing.EVEN, id=1, ended=9.0),
        read_in(Timing.WHOLE, id=2),
        Exchange(**RECORDED | {"id": 3}),
    ]
    assert [one.id for one in ordered(ones, Sort(Column.DURATION, descending=True), Costs())] == [2, 3, 1]


def test_moments_and_lengths():
    assert (moment(0.38), moment(0.38, told=False), moment(None)) == (" 0.380", "~ 0.38", " " * 6)
    assert {len(moment(at, told=False)) for at in (0.0, 9.5, 123.4, 1e6)} == {6}
    assert (length(None), length(None, told=False)) == ("", "-")


def test_events_are_played_evenly_spaced_where_they_came_all_at_once():
    assert spacing(Exchange(**RECORDED), events(1.0, 1.0)) is None
    assert spacing(read_in(Timing.WHOLE), events(1.0, 1.0)) == EACH
    assert spacing(read_in(Timing.WHOLE), events(1.0, 3.0)) is None
    assert spacing(read_in(Timing.EVEN), []) is None


def test_between_events_whose_times_nobody_measured_there_is_no_gap():
    for timed in (True, False):
        rows = EventRows(timed=timed)
        rows.extend(events(0.0, GAP + 1))
        assert any("gap" in node.key for node in rows.nodes) is timed
        assert rows.jump(-1, 1) == (1 if timed else None)
        assert rows.nodes[-1].head(60, False).text.startswith(" 1.500" if timed else "~ 1.50")
