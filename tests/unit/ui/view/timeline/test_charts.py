"""What is plotted, as values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.model import Usage
from inspector.ui.view.timeline.charts import (
    SHAPES,
    Bars,
    Mark,
    context_chart,
    hung,
    rate_chart,
    stacked,
    tokens_chart,
)
from inspector.ui.view.timeline.session import SessionTimes


def turns(exchanges):
    found = SessionTimes()
    found.take(exchanges)
    return found.turns()


def test_tokens_by_turn(session):
    chart = tokens_chart(turns(session))
    assert chart.names == ("1", "2")
    assert chart.up == {Mark.CACHED: (18_000, 1_024), Mark.FRESH: (6_000, 21_976)}
    assert chart.down == {Mark.SAID: (492, 980), Mark.REASONING: (128, 20)}
    assert (chart.highest, chart.lowest) == (24_000, 1_000)


def test_by_request_while_there_is_one_turn(session):
    assert tokens_chart(turns(session[:3])).names == ("1", "2")  # the refused one counted none
    assert tokens_chart(turns([])).is_empty


def test_counts_that_cannot_be_are_no_more_than_what_they_are_part_of(ask):
    chart = tokens_chart(turns([ask(1, 0.0, usage=Usage(10, 50, -3, 7))]))
    assert chart.up == {Mark.CACHED: (10,), Mark.FRESH: (0,)}
    assert chart.lowest == 0


def test_a_turn_of_which_nothing_is_known_keeps_its_place(ask):
    chart = tokens_chart(turns([ask(1, 0.0, usage=None), ask(2, 9.0, turn=2)]))
    assert chart.up[Mark.CACHED] == (0, 9_000)


def test_more_bars_than_columns_become_means():
    chart = Bars(tuple("abcde"), {Mark.EVENTS: (1.0, 3.0, 5.0, 7.0, 9.0)}, {}, str).fitted(3)
    assert chart.names == ("a", "c", "e")
    assert chart.up == {Mark.EVENTS: (2.0, 6.0, 9.0)}


def test_the_context_and_where_it_fell(session):
    chart = context_chart(session)
    assert chart.series[Mark.CONTEXT] == (12_000, 12_000, 20_000, 3_000)
    assert chart.series[Mark.CACHED] == (9_000, 9_000, 0, 1_024)
    assert chart.falls == (3,)
    assert chart.fitted(2) == (
        [1, 3],
        {Mark.CONTEXT: [12_000, 20_000], Mark.CACHED: [9_000, 1_024]},
    )
    assert context_chart([]).is_empty


def test_events_per_second():
    chart = rate_chart([0.0, 0.1, 0.2, 0.3, 2.0], 2)
    assert chart.up == {Mark.EVENTS: (4.0, 1.0)}
    assert chart.names == ("0 ms", "1.00 s")
    assert chart.count(83.2) == "83/s"


@pytest.mark.parametrize("moments", [[], [1.0], [1.0, 1.0], [float("nan"), 1.0]])
def test_no_rate_without_time(moments):
    assert rate_chart(moments, 10).is_empty


def test_a_little_on_top_of_much_is_seen():
    stack = {Mark.CACHED: (90.0,), Mark.FRESH: (1.0,)}
    assert stacked(stack, 0, 100.0, 10) == [*[(Mark.CACHED, "░")] * 9, (Mark.FRESH, "▁")]
    assert hung({Mark.SAID: (1.0,), Mark.REASONING: (99.0,)}, 0, 100.0, 4) == [
        (Mark.SAID, "▓"),
        *[(Mark.REASONING, "▒")] * 3,
    ]


values = st.integers(0, 10**8).map(float)


@settings(max_examples=50)
@given(st.lists(st.tuples(values, values), min_size=1, max_size=6), st.integers(1, 30))
def test_no_bar_is_higher_than_the_plot(pairs, rows):
    first, second = (tuple(column) for column in zip(*pairs, strict=True))
    chart = Bars(tuple(map(str, range(len(pairs)))), {Mark.CACHED: first, Mark.FRESH: second}, {}, str)
    if chart.is_empty:
        return
    tallest = max(range(len(pairs)), key=lambda index: sum(pairs[index]))
    for index in range(len(pairs)):
        cells = stacked(chart.up, index, chart.highest, rows)
        assert len(cells) <= rows
        if pairs[index][1] > 0:
            assert cells[-1][0] is Mark.FRESH
    assert len(stacked(chart.up, tallest, chart.highest, rows)) >= rows - 1


def test_rows_are_shared_out_between_above_and_below():
    chart = Bars(("1",), {Mark.FRESH: (9.0,)}, {Mark.SAID: (1.0,)}, str)
    assert chart.rows(10) == (6, 4)
    assert Bars(("1",), {Mark.EVENTS: (9.0,)}, {}, str).rows(10) == (10, 0)


def test_what_is_in_one_plot_has_shapes_of_its_own():
    for together in ((Mark.CACHED, Mark.FRESH, Mark.REASONING, Mark.SAID), (Mark.CONTEXT, Mark.CACHED)):
        assert len({SHAPES[mark] for mark in together}) == len(together)
