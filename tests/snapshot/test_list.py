"""The list narrowed by a filter, in another order with other columns."""

from __future__ import annotations

import pytest

from inspector.settings import Column, Price, Settings


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_filter_that_is_wrong(snap_compare, app, after, turn, size):
    async def run(pilot):
        await after()(pilot)
        await pilot.press("slash")
        pilot.app.main.sessions_pane.filter_box.put("has:error status:abc")
        await after()(pilot)

    assert snap_compare(app(turn), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_filter_that_some_fit(snap_compare, app, after, turn, size):
    def narrowed(app):
        return app.main.narrowing.matched == {2}

    run = after("slash", *"status:429", "enter", so=narrowed, then=2)
    assert snap_compare(app(turn), terminal_size=size, run_before=run)


def test_other_columns_in_another_order(snap_compare, app, after, turn):
    columns = (Column.STATUS, Column.TIME, Column.DURATION, Column.FIRST, Column.INPUT, Column.CACHED,
               Column.OUTPUT, Column.REASONING, Column.COST, Column.ERROR)  # fmt: skip
    prices = {"my-gpt5": Price(input=1.25, cached=0.125, output=10)}
    settings = Settings(columns=columns, prices=prices, sort="-duration")
    shown = app(turn, settings=settings)
    assert snap_compare(shown, terminal_size=(120, 40), run_before=after(shown=3))


def test_sub_agents_below_the_session_that_they_work_for(snap_compare, app, after, helped):
    assert snap_compare(app(helped), terminal_size=(120, 40), run_before=after())
