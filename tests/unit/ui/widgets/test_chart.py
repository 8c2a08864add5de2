"""A chart as a plot."""

from __future__ import annotations

from itertools import pairwise

import pytest
from rich.text import Text

from inspector.ui.view.timeline.charts import Bars, Line, Mark
from inspector.ui.widgets.chart import ChartPlot

TOKENS = Bars(
    ("1", "2"),
    {Mark.CACHED: (8_000.0, 0.0), Mark.FRESH: (1_000.0, 4_000.0)},
    {Mark.SAID: (300.0, 100.0), Mark.REASONING: (100.0, 0.0)},
    lambda value: f"{value:.0f}",
)


def drawn(plot: ChartPlot) -> list[str]:
    found = plot.render()
    assert isinstance(found, Text)
    return [line.rstrip() for line in found.plain.split("\n")]


@pytest.mark.parametrize("theme", ["inspector-dark", "inspector-light", "ansi-dark"])
async def test_bars_stand_on_a_line_and_hang_from_it(host, theme):
    plot = ChartPlot()
    app = host(plot)
    async with app.run_test(size=(40, 12)):
        app.theme = theme
        plot.show(TOKENS)
        lines = drawn(plot)
        assert lines[0].startswith("9000┤")
        assert lines[5].startswith("   0┤")
        assert lines[9].startswith(" 400┤▒")
        first, second = ("".join(f"{line:<40}"[at] for line in lines[:10]) for at in (6, 20))
        assert first == "▅░░░░░▓▓▓▒"
        assert second == "   ▅██▓   "
        assert lines[11].split() == ["1", "2"]


async def test_it_is_never_wider_or_higher_than_its_place(host):
    plot = ChartPlot()
    async with host(plot).run_test(size=(30, 6)):
        many = Bars(tuple(map(str, range(500))), {Mark.EVENTS: tuple(map(float, range(500)))}, {}, str)
        for chart in (TOKENS, many, Line({Mark.CONTEXT: tuple(map(float, range(500)))}, (7, 400))):
            plot.show(chart)
            lines = drawn(plot)
            assert len([line for line in lines if line]) == 6
            assert max(map(len, lines)) <= 30


async def test_a_line_shows_what_is_cached_below_it_and_where_it_fell(host):
    plot = ChartPlot()
    async with host(plot).run_test(size=(40, 10)):
        series = {Mark.CONTEXT: (1_000.0, 9_000.0, 2_000.0), Mark.CACHED: (0.0, 1_000.0, 1_000.0)}
        plot.show(Line(series, (2,)))
        lines = drawn(plot)
        assert lines[0].startswith("9.0k┤")
        assert all(line[5 + 17] == "│" for line in lines[2:6])
        assert lines[7].count("░") >= 33


@pytest.mark.parametrize("chart", [Bars((), {Mark.EVENTS: ()}, {}, str), Line({Mark.CONTEXT: ()}, ())])
async def test_nothing_to_plot_is_said(host, chart):
    plot = ChartPlot()
    async with host(plot).run_test(size=(40, 10)):
        plot.show(chart, "Nothing yet.")
        assert drawn(plot) == ["Nothing yet."]


async def test_one_value_is_a_plot_too(host):
    plot = ChartPlot()
    async with host(plot).run_test(size=(40, 10)):
        plot.show(Line({Mark.CONTEXT: (5.0,), Mark.CACHED: (0.0,)}, ()))
        assert "5┤" in drawn(plot)[0]


async def test_names_are_too_far_apart_to_push_each_other(host):
    plot = ChartPlot()
    async with host(plot).run_test(size=(60, 10)):
        names = tuple(f"{number}.00 s" for number in range(50))
        plot.show(Bars(names, {Mark.EVENTS: (1.0,) * 50}, {}, str))
        line = drawn(plot)[9]
        starts = [line.index(name) for name in map(str.strip, line.split("  ")) if name]
        assert len(starts) >= 4
        assert min(after - before for before, after in pairwise(starts)) >= 12
