"""The waterfall: its nodes, and its rows on each scale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspector.ui.view.outline import Outline
from inspector.ui.view.timeline.parts import Part, totals
from inspector.ui.view.timeline.waterfall import Scale, Waterfall

WIDTH = 90


def rows(waterfall: Waterfall, folds: dict[str, bool] | None = None, width: int = WIDTH) -> list[str]:
    outline = Outline(waterfall.nodes, width=width, folds=folds)
    return [outline.row(number)[0].text for number in range(len(outline))]


@pytest.fixture
def waterfall(session) -> Waterfall:
    found = Waterfall({1: "Fix it."})
    found.take(session, 300.0)
    return found


def test_turns_hold_their_exchanges(waterfall):
    assert [node.key for node in waterfall.nodes] == ["turn:1", "turn:2"]
    assert [node.key for node in waterfall.nodes[0].below()] == ["exchange:1", "exchange:2", "exchange:3"]


def test_an_exchange_of_no_turn_stands_by_itself(ask):
    found = Waterfall()
    found.take([ask(1, 0.0), ask(2, 5.0, turn=None), ask(3, 10.0)], 0.0)
    assert [node.key for node in found.nodes] == ["turn:1", "exchange:2"]
    bars = [line.index("█") + indent for line, indent in zip(rows(found)[1:3], (4, 4), strict=True)]
    assert bars[0] < bars[1]


def test_the_session_on_one_axis(waterfall):
    lines = rows(waterfall)
    begins = [min(line.find(glyph) for glyph in "░▒" if glyph in line) for line in (*lines[1:4], *lines[5:])]
    assert begins == sorted(begins)
    assert "≈" in lines[5]  # the pause between the turns was folded
    assert len(waterfall.ruler().axis.folds) == 1


def test_each_turn_from_the_left(waterfall):
    waterfall.show(Scale.TURN)
    lines = rows(waterfall)
    assert lines[1].index("░") == lines[5].index("░")
    assert lines[2].index("░") > lines[1].index("░")
    assert "┄" not in lines[5]  # what was before the turn is not in it
    assert "─" in lines[2]


def test_each_exchange_from_the_left(waterfall):
    waterfall.show(Scale.EXCHANGE)
    lines = rows(waterfall)
    assert len({line.index("░") for line in (*lines[1:4], *lines[5:])}) == 1
    assert not any(glyph in line for line in (*lines[1:4], *lines[5:]) for glyph in "─┄┉")


@pytest.mark.parametrize("scale", list(Scale))
def test_every_scale_has_a_ruler_that_all_rows_fit_on(waterfall, scale):
    waterfall.show(scale)
    ruler = waterfall.ruler()
    assert ruler.axis.length == pytest.approx(ruler.length)
    for exchange in waterfall.times.exchanges:
        drawing = waterfall.drawing(exchange.turn, exchange.started)
        for stretch in waterfall.stretches(exchange, drawing):
            assert -1e-6 <= drawing.cell(stretch.begin, 50) <= drawing.cell(stretch.end, 50) <= 50 + 1e-6


def test_what_runs_grows_with_the_time(ask):
    found = Waterfall()
    found.take([ask(1, 0.0), ask(2, 5.0, None)], 10.0)
    before = rows(found)[2]
    assert "5.00 s" in before
    assert not found.take((), 15.0)
    assert "10.0 s" in rows(found)[2]
    assert found.ruler().length > 14


def test_a_change_is_drawn_without_new_nodes(waterfall, session):
    nodes = waterfall.nodes
    assert not waterfall.take([replace(session[4], ended=8.0)], 300.0)
    assert waterfall.nodes is nodes
    assert "8.00 s" in rows(waterfall)[6]


def test_a_new_exchange_comes_where_it_belongs(waterfall, ask):
    assert waterfall.take([ask(6, 220.0, turn=2)], 300.0)
    assert [node.key for node in waterfall.nodes[1].below()] == ["exchange:4", "exchange:5", "exchange:6"]


def test_a_folded_turn_shows_one_bar_of_all(waterfall):
    opened, closed = rows(waterfall)[0], rows(waterfall, {"turn:1": False})[0]
    assert "Fix it." in opened
    assert "3 requests" in opened
    assert "█ 4.00 s" in opened
    assert "Fix it." in closed
    assert "3 req" in closed
    assert "┉" in closed


def test_every_stretch_is_counted_once(waterfall):
    sums = totals(waterfall.every_stretch())
    assert sums[Part.IDLE] == 87.5
    assert sums[Part.STREAMING] == 8.0


def test_nothing_yet():
    found = Waterfall()
    assert not found.take((), 1.0)
    assert found.nodes == []
    assert found.ruler().length == 0.0
