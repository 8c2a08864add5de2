"""What is plotted of a session, as values: tokens by turn, the growth of the context, the rate of events.

A chart has as many columns as the plot has cells, so it never costs more than what is seen of it: where there
are more values than columns, neighbours are put together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inspector.capture.model import Exchange, Usage
from inspector.ui.view.measures import duration, tokens

BELOW_SHARE = 0.4  # of the plot's rows, those below the line
LOWER_EIGHTHS = " ▁▂▃▄▅▆▇█"


class Mark(StrEnum):
    """What a series is; each has a shape of its own. The value is its name on screen."""

    CACHED = "cached"
    FRESH = "fresh"
    REASONING = "reasoning"
    SAID = "output"
    CONTEXT = "context"
    EVENTS = "events"


SHAPES = {
    Mark.CACHED: "░",
    Mark.FRESH: "█",
    Mark.REASONING: "▒",
    Mark.SAID: "▓",
    Mark.CONTEXT: "─",
    Mark.EVENTS: "█",
}


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars stacked upwards from a line and, on a scale of their own, downwards. None: nothing is known."""

    names: tuple[str, ...]  # of the bars, below them
    up: dict[Mark, tuple[float, ...]]
    down: dict[Mark, tuple[float, ...]]
    count: Callable[[float], str]  # a value in words, for the edge

    @property
    def highest(self) -> float:
        """The tallest bar above the line."""
        return _tallest(self.up)

    @property
    def lowest(self) -> float:
        """The tallest bar below the line."""
        return _tallest(self.down)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to plot."""
        return self.highest == 0 and self.lowest == 0

    def rows(self, room: int) -> tuple[int, int]:
        """How many of so many rows are above the line, and how many below it."""
        below = max(1, round(room * BELOW_SHARE)) if self.lowest else 0
        return room - below, below

    def fitted(self, most: int) -> Bars:
        """The same in so many bars at most: each then is the mean of neighbours."""
        every = math.ceil(len(self.names) / max(1, most))
        if every <= 1:
            return self
        return Bars(
            self.names[::every],
            {mark: _means(values, every) for mark, values in self.up.items()},
            {mark: _means(values, every) for mark, values in self.down.items()},
            self.count,
        )


def stacked(
    stack: dict[Mark, tuple[float, ...]], index: int, highest: float, rows: int
) -> list[tuple[Mark, str]]:
    """The cells of one bar, from the line upwards, where `rows` cells are `highest`.

    Only the topmost cell can be filled in part, so what is below the topmost series is rounded down to whole
    cells; whatever there is of the topmost is seen.
    """
    cells: list[tuple[Mark, str]] = []
    there = [(mark, values[index] / highest * rows) for mark, values in stack.items() if values[index] > 0]
    for mark, height in there[:-1]:
        cells += [(mark, SHAPES[mark])] * int(height + 1e-9)
    for mark, height in there[-1:]:
        if SHAPES[mark] != "█":
            cells += [(mark, SHAPES[mark])] * max(1, round(height))
            continue
        whole, rest = divmod(max(1, round(height * 8)), 8)
        cells += [(mark, "█")] * whole + ([(mark, LOWER_EIGHTHS[rest])] if rest else [])
    return cells[:rows]


def hung(
    stack: dict[Mark, tuple[float, ...]], index: int, lowest: float, rows: int
) -> list[tuple[Mark, str]]:
    """The cells of one bar from the line downwards, in whole cells: the borders are rounded."""
    cells: list[tuple[Mark, str]] = []
    total = 0.0
    for mark, values in stack.items():
        if values[index] > 0:
            total += values[index]
            until = max(1, round(total / lowest * rows))
            cells += [(mark, SHAPES[mark])] * (until - len(cells))
    return cells[:rows]


@dataclass(frozen=True, slots=True)
class Line:
    """Values over the number of the request; `falls` are the requests at which a compaction began."""

    series: dict[Mark, tuple[float, ...]]
    falls: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to plot."""
        return not any(any(values) for values in self.series.values())

    def fitted(self, most: int) -> tuple[list[int], dict[Mark, list[float]]]:
        """So many points at most, each the highest of its neighbours: (numbers from 1, values)."""
        count = max((len(values) for values in self.series.values()), default=0)
        every = max(1, math.ceil(count / max(1, most)))
        places = [at + 1 for at in range(0, count, every)]
        values = {
            mark: [max(series[at : at + every]) for at in range(0, count, every)]
            for mark, series in self.series.items()
        }
        return places, values


def tokens_chart(turns: dict[int | None, list[Exchange]]) -> Bars:
    """Tokens given above the line, cached and fresh; tokens made below it, reasoning and the rest.

    By turn; by request as long as there is one turn only, or none is known.
    """
    told = {turn: group for turn, group in turns.items() if turn is not None}
    if len(told) > 1:
        groups = [[exchange.usage for exchange in group if exchange.usage] for group in told.values()]
        names = [str(turn) for turn in told]
    else:
        used = [exchange.usage for group in turns.values() for exchange in group if exchange.usage]
        groups = [[usage] for usage in used]
        names = [str(number) for number in range(1, len(used) + 1)]
    sums = [tuple(sum(column) for column in zip(*map(_four, group), strict=True)) for group in groups]
    columns = list(zip(*(four or (0, 0, 0, 0) for four in sums), strict=True)) or [(), (), (), ()]
    cached, fresh, reasoning, said = (tuple(map(float, column)) for column in columns)
    return Bars(
        tuple(names),
        {Mark.CACHED: cached, Mark.FRESH: fresh},
        {Mark.SAID: said, Mark.REASONING: reasoning},
        lambda value: tokens(round(value)),
    )


def context_chart(exchanges: Sequence[Exchange]) -> Line:
    """The tokens that each request gave the model, and those of them that were cached."""
    asked = [exchange for exchange in exchanges if exchange.usage and exchange.usage.input_tokens]
    fours = [_four(exchange.usage) for exchange in asked if exchange.usage]
    context = tuple(float(cached + fresh) for cached, fresh, _, _ in fours)
    falls = tuple(number for number, exchange in enumerate(asked, 1) if exchange.request_kind == "compact")
    return Line({Mark.CONTEXT: context, Mark.CACHED: tuple(float(four[0]) for four in fours)}, falls)


def rate_chart(moments: Sequence[float], columns: int) -> Bars:
    """Events per second over an exchange's time; `moments` in seconds after its start, in order."""
    moments = [moment for moment in moments if math.isfinite(moment)]
    count = max(1, min(columns, len(moments)))
    if len(moments) < 2 or moments[-1] <= moments[0]:
        return Bars((), {Mark.EVENTS: ()}, {}, _rate)
    begin, span = moments[0], moments[-1] - moments[0]
    bins = [0] * count
    for moment in moments:
        bins[max(0, min(count - 1, int((moment - begin) / span * count)))] += 1
    names = tuple(duration(begin + span * index / count) for index in range(count))
    return Bars(names, {Mark.EVENTS: tuple(number * count / span for number in bins)}, {}, _rate)


def _rate(value: float) -> str:
    return f"{tokens(round(value))}/s"


def _four(usage: Usage) -> tuple[int, int, int, int]:
    """Cached, fresh, reasoning and other tokens; what upstream did not say is none, and none is negative."""
    given, made = max(0, usage.input_tokens or 0), max(0, usage.output_tokens or 0)
    cached = min(max(0, usage.cached_tokens or 0), given)
    reasoning = min(max(0, usage.reasoning_tokens or 0), made)
    return cached, given - cached, reasoning, made - reasoning


def _tallest(stack: dict[Mark, tuple[float, ...]]) -> float:
    return max(map(sum, zip(*stack.values(), strict=True)), default=0.0)


def _means(values: tuple[float, ...], every: int) -> tuple[float, ...]:
    runs = (values[at : at + every] for at in range(0, len(values), every))
    return tuple(sum(run) / len(run) for run in runs)
