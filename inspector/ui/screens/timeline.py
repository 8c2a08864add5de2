"""Where the time and the tokens of one session went: a waterfall of its exchanges above three plots.

Exchanges come in as values (`take`, as often as they change) and the events of one of them when their times
are known (`show_events`, after `wanted` asked for them). The screen's result is the exchange that a person
chose with enter, None when they went back without.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from inspector.capture.model import Exchange
from inspector.ui.view.outline import Outline
from inspector.ui.view.rows import Row
from inspector.ui.view.sessions import exchange_of
from inspector.ui.view.timeline.charts import context_chart, rate_chart, tokens_chart
from inspector.ui.view.timeline.headings import context_heading, header_line, rate_heading, tokens_heading
from inspector.ui.view.timeline.parts import Part, totals
from inspector.ui.view.timeline.waterfall import Scale, Waterfall
from inspector.ui.view.timeline.waterfall_rows import Columns, legend_line, ruler_line
from inspector.ui.view.timing import has_moments
from inspector.ui.widgets.chart import ChartPlot
from inspector.ui.widgets.entry_list import EntryList
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList

PLOTS = ("tokens", "context", "rate")
NO_MOMENTS = "The file does not tell when the events came."
FINEST_RATE = 200  # steps of the rate's plot; it shows as many as it has cells


class TimelineScreen(Screen[int | None]):
    """The waterfall and the plots of a session."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        "timeline.tcss",
        "../widgets/chart.tcss",
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-one-plot"), (120, "-three-plots")]  # noqa: RUF012  # as in the base class
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-high"), (50, "-higher")]  # noqa: RUF012  # as above
    AUTO_FOCUS = "#timeline-list"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "scale", "Scale", id="timeline.scale",
                tooltip="Bars from the start of the session, of the turn, or each"),
        Binding("p", "plot", "Plot", id="timeline.plot", tooltip="The next plot"),
        Binding("escape,t", "back", "Back", id="timeline.back", tooltip="Back to the sessions"),
    ]  # fmt: skip

    def __init__(
        self,
        title: str,
        exchanges: Iterable[Exchange],
        *,
        belongs: Callable[[Exchange], bool] | None = None,
        turn_titles: Mapping[int, str] | None = None,
        selected: int | None = None,
        wanted: Callable[[int], None] = lambda _: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`title` and `turn_titles` have been cleaned.

        `belongs`: which of the exchanges given to `take` are of this session (`same_session`); all, without.
        `wanted`: called with the number of an exchange whose events' times shall come to `show_events`.
        """
        super().__init__()
        self.session_title = title
        self.waterfall = Waterfall(turn_titles)
        self.plot = PLOTS[0]
        self._belongs = belongs
        self._selected = selected
        self._wanted = wanted
        self._now = now
        self._rate_of: int | None = None
        self.moments: Sequence[float] | None = None  # of the events plotted; None: asked for
        self._charts_are_old = False
        self._sums: Mapping[Part, float] = {}
        self.waterfall.take(exchanges, now(), belongs)

    def compose(self) -> ComposeResult:
        """Header, legend, ruler, waterfall, plots, keys."""
        yield RowLines(id="timeline-header")
        yield RowLines(id="timeline-legend")
        yield RowLines(id="timeline-ruler")
        yield EntryList(id="timeline-list")
        with Horizontal(id="plots"):
            for name in PLOTS:
                with Vertical(id=f"plot-{name}"):
                    yield RowLines(id=f"heading-{name}", classes="heading")
                    yield ChartPlot(id=f"chart-{name}")
        yield KeysLine()

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one("#timeline-header", RowLines).show(self._header)
        self.query_one("#timeline-legend", RowLines).show(self._legend)
        self.query_one("#timeline-ruler", RowLines).show(self._ruler)
        self.list.keeps_cursor = True
        self.list.show(Outline(self.waterfall.nodes), keep=False)
        self.call_after_refresh(self._select_first)  # when the list has its height
        self._plot_charts()
        self._show_plot()
        self._plot_rate()
        self.set_interval(1.0, self._tick)

    def _select_first(self) -> None:
        if self._selected is not None:
            self.list.select(f"exchange:{self._selected}")

    @property
    def list(self) -> RowList:
        """The waterfall's list."""
        return self.query_one("#timeline-list", RowList)

    # What the owner tells

    def take(self, changed: Iterable[Exchange]) -> None:
        """Take in new and changed exchanges; those of other sessions are left out."""
        moved = self.waterfall.take(changed, self._now(), self._belongs)
        self._charts_are_old = True
        if not self.is_mounted:
            return
        if moved:
            self.list.outline.nodes = self.waterfall.nodes
            self.list.grew()
        self._refresh_rows()

    def show_events(self, exchange_id: int, moments: Sequence[float]) -> None:
        """When the events of an exchange came, in seconds after its start, in order."""
        if exchange_id == self._rate_of:
            self.moments = moments
            if self.is_mounted and self in self.app.screen_stack:  # it may be on its way out
                self._plot_rate()

    # Drawing

    def _tick(self) -> None:
        """Clocks of what runs; and the plots, which may wait a moment."""
        if self.waterfall.times.is_open:
            self.waterfall.take((), self._now())
            self._refresh_rows()
        if self._charts_are_old:
            self._plot_charts()

    def _refresh_rows(self) -> None:
        self.list.refresh()
        for name in ("header", "legend", "ruler"):
            self.query_one(f"#timeline-{name}").refresh()

    def _header(self, _: int) -> Sequence[Row]:
        return [header_line(self.session_title, self.waterfall.times, self.waterfall.now)]

    def _legend(self, width: int) -> Sequence[Row]:
        ruler = self.waterfall.ruler()
        return [legend_line(self._sums, width, folds=bool(ruler.axis.folds))]

    def _ruler(self, width: int) -> Sequence[Row]:
        return [ruler_line(self.waterfall.ruler(), Columns.of(width), self.waterfall.scale)]

    @property
    def _lines(self) -> int:
        return 2 if self.has_class("-three-plots") else 1

    def _plot_charts(self) -> None:
        """Tokens and context, and the sums of the legend."""
        self._charts_are_old = False
        self._sums = totals(self.waterfall.every_stretch())
        self.query_one("#timeline-legend").refresh()
        tokens = tokens_chart(self.waterfall.turns)
        by_turn = len([turn for turn in self.waterfall.turns if turn is not None]) > 1
        self._chart("tokens").show(tokens, "No tokens were counted yet.")
        self._heading("tokens").show(lambda _: tokens_heading(tokens, by_turn, self._lines))
        context = context_chart(self.waterfall.times.exchanges)
        highest = max((max(values, default=0.0) for values in context.series.values()), default=0.0)
        self._chart("context").show(context, "No tokens were counted yet.")
        self._heading("context").show(lambda _: context_heading(highest, len(context.falls), self._lines))

    def _plot_rate(self) -> None:
        rated = self._rated()
        measured = rated is None or has_moments(rated)
        chart = rate_chart((self.moments or ()) if measured else (), FINEST_RATE)
        words = "Too few events for a rate." if measured else NO_MOMENTS
        if self.moments is None and measured:
            words = "Reading …" if self._rate_of is not None else ""
        self._chart("rate").show(chart, words)
        self._heading("rate").show(lambda _: rate_heading(self._rated(), self._lines))

    def _rated(self) -> Exchange | None:
        known, wanted = self.waterfall.times, self._rate_of
        return None if wanted is None or wanted not in known else known.get(wanted)

    def _chart(self, name: str) -> ChartPlot:
        return self.query_one(f"#chart-{name}", ChartPlot)

    def _heading(self, name: str) -> RowLines:
        return self.query_one(f"#heading-{name}", RowLines)

    def _show_plot(self) -> None:
        for name in PLOTS:
            self.query_one(f"#plot-{name}").set_class(name == self.plot, "-active")

    # What a person does

    @on(RowList.CursorMoved)
    def _moved(self, message: RowList.CursorMoved) -> None:
        exchange_id = exchange_of(message.node.key)
        if exchange_id is not None and exchange_id != self._rate_of:
            self._rate_of, self.moments = exchange_id, None
            self._plot_rate()
            self._wanted(exchange_id)

    @on(RowList.Entered)
    def _entered(self, message: RowList.Entered) -> None:
        self.dismiss(exchange_of(message.node.key))

    def action_scale(self) -> None:
        """The next scale."""
        scales = list(Scale)
        self.waterfall.show(scales[(scales.index(self.waterfall.scale) + 1) % len(scales)])
        self._refresh_rows()

    def action_plot(self) -> None:
        """The next plot."""
        self.plot = PLOTS[(PLOTS.index(self.plot) + 1) % len(PLOTS)]
        self._show_plot()

    def action_back(self) -> None:
        """Back, nothing chosen."""
        self.dismiss(None)
