"""A chart as a plot, drawn with plotext: one column of cells a step, so a plot costs what it shows.

plotext draws the frame, the scales, the line and its fill. The cells of bars are placed by us: its own bars
take a third of a second where there are 300 of them, and end at whole cells, where the tenth of a request
that was not cached would not be seen.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual_plotext import PlotextPlot

from inspector.ui.view.measures import tokens
from inspector.ui.view.timeline.charts import SHAPES, Bars, Line, Mark, hung, stacked

WIDEST_BAR = 14
WIDEST_LABEL = 8  # of the scale at the left, with its line


class ChartPlot(PlotextPlot):
    """One plot; while its chart is empty, a few words of ours."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"chart--{mark}" for mark in Mark), "chart--fall"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.chart: Bars | Line | None = None
        self.words = ""
        self.theme = "textual-clear"  # no ground and no colours but the widget's and ours

    def show(self, chart: Bars | Line, words: str = "") -> None:
        """Plot another chart, or the same one grown; `words` for when there is nothing to plot."""
        self.chart = chart
        self.words = words
        self.refresh()

    def render(self) -> RenderResult:
        """Draw it for the size it has."""
        width, height = self.size
        if self.chart is None or self.chart.is_empty or width < 16 or height < 4:
            return Text(self.words)
        self.plt.clear_figure()
        self.plt.xaxes(True, False)
        self.plt.yaxes(True, False)
        if isinstance(self.chart, Bars):
            self._bars(self.chart, width)
        else:
            self._line(self.chart, width)
        return super().render()

    def _bars(self, chart: Bars, width: int) -> None:
        height = self.size.height - 2  # below are the line and the names
        chart = chart.fitted(width - WIDEST_LABEL)
        above, below = chart.rows(height)
        labels = {0: "0", above - 1: chart.count(chart.highest)}
        if below:
            labels[-below] = chart.count(chart.lowest)
        columns = width - 1 - max(map(len, labels.values()))
        step = min(WIDEST_BAR, columns // len(chart.names))
        thick = max(1, step - 1) if len(chart.names) > 1 else step
        if not chart.down:  # nothing to tell apart: the bars touch, and take the width
            step = thick = max(1, columns // len(chart.names))
        cells: dict[Mark, list[tuple[int, int, str]]] = {mark: [] for mark in (*chart.up, *chart.down)}
        for index in range(len(chart.names)):
            upwards = enumerate(stacked(chart.up, index, chart.highest, above)) if chart.highest else ()
            downwards = enumerate(hung(chart.down, index, chart.lowest, below)) if below else ()
            for sign, bar in ((1, upwards), (-1, downwards)):
                for row, (mark, glyph) in bar:
                    y = row if sign > 0 else -1 - row
                    cells[mark] += [(index * step + at, y, glyph) for at in range(thick)]
        for mark, points in cells.items():
            if points:
                xs, ys, glyphs = map(list, zip(*points, strict=True))
                one_a_point: Any = glyphs  # which its annotations do not know of
                self.plt.scatter(xs, ys, marker=one_a_point, color=self._colour(mark))
        self.plt.xlim(0, columns - 1)
        self.plt.ylim(-below, above - 1)
        self.plt.yticks([float(place) for place in labels], list(labels.values()))
        self._names({index * step + (thick - 1) // 2: name for index, name in enumerate(chart.names)})

    def _line(self, chart: Line, width: int) -> None:
        highest = max(max(values, default=0.0) for values in chart.series.values())
        labels = [(place, tokens(round(place))) for place in (0.0, highest / 2, highest)]
        columns = width - 1 - max(len(words) for _, words in labels)
        places, series = chart.fitted(columns * 2)
        for mark, values in reversed(series.items()):  # the first is on top
            marker = "braille" if mark is Mark.CONTEXT else SHAPES[mark]
            fill = mark is not Mark.CONTEXT
            self.plt.plot(places, values, marker=marker, color=self._colour(mark), fillx=fill)
        for number in chart.falls:
            self.plt.plot([number, number], [0, highest], marker="│", color=self._colour("fall"))
        last = max(2, places[-1])
        self.plt.xlim(1, last)
        self.plt.ylim(0, highest)
        self.plt.yticks([place for place, _ in labels], [words for _, words in labels])
        ticks = sorted({1, (1 + last) // 2, last})
        self.plt.xticks([float(number) for number in ticks], [str(number) for number in ticks])

    def _names(self, names: dict[int, str]) -> None:
        """As many names below as there is room for.

        plotext moves a name aside for its neighbours, and takes them in the order of a set, which is another
        in each process: so they are kept too far apart to meet.
        """
        shown: dict[int, str] = {}
        free = 0
        for place, name in names.items():
            if not shown or place - len(name) >= free:
                shown[place] = name
                free = place + len(name)
        self.plt.xticks([float(place) for place in shown], list(shown.values()))

    def _colour(self, name: str) -> tuple[int, int, int]:
        return self.get_component_styles(f"chart--{name}").color.rgb
