"""The lines around the waterfall and the plots: what is being looked at, in totals, and what shapes mean."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.capture.model import Exchange
from inspector.ui.view.lineage import kind_of
from inspector.ui.view.measures import counted, duration, tokens
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.timeline.charts import SHAPES, Bars, Mark
from inspector.ui.view.timeline.session import SessionTimes
from inspector.ui.view.timing import has_ends
from inspector.ui.view.words import AGENT, is_by_agent


def header_line(title: str, times: SessionTimes, now: float) -> Row:
    """The session, whether it is a sub-agent's, how much there is, how long it took. `title` is clean."""
    if not times.exchanges:
        return row(Span("Timeline", Tone.ACCENT), Span(f"  {title}", Tone.STRONG))
    agent = next(filter(is_by_agent, times.exchanges), None)
    kind = () if agent is None else (Span(f"  {AGENT}", Tone.ACCENT), Span(f" {kind_of(agent)}", Tone.KEY))
    took = times.end(now) - times.exchanges[0].started
    turns = {exchange.turn for exchange in times.exchanges if exchange.turn is not None}
    given = sum((exchange.usage.input_tokens or 0) for exchange in times.exchanges if exchange.usage)
    made = sum((exchange.usage.output_tokens or 0) for exchange in times.exchanges if exchange.usage)
    edge = (
        *((Span("▶ ", Tone.LIVE),) if times.is_open else ()),
        Span(f"{tokens(given)}→{tokens(made)}  ", Tone.TEXT),
        Span(f"{counted(len(turns), 'turn')}  " if turns else "", Tone.DIM),
        Span(f"{counted(len(times), 'request')}  ", Tone.DIM),
        Span(duration(took) if any(map(has_ends, times.exchanges)) else "", Tone.STRONG),
    )
    return row(Span("Timeline", Tone.ACCENT), *kind, Span(f"  {title}", Tone.STRONG), right=edge)


def tokens_heading(chart: Bars, by_turn: bool, lines: int) -> Sequence[Row]:
    """Of the tokens' plot, in one line or two."""
    name = Span(f"tokens by {'turn' if by_turn else 'request'}", Tone.STRONG)
    up = [Span("↑ ", Tone.DIM), *_shapes(*chart.up)]
    down = [Span("↓ ", Tone.DIM), *_shapes(*chart.down)]
    if lines > 1:
        return [row(name, right=tuple(up)), row(right=tuple(down))]
    return [row(name, "  ", *up, "   ", *down, right="two scales")]


def context_heading(highest: float, falls: int, lines: int) -> Sequence[Row]:
    """Of the context's plot."""
    legend = _shapes(Mark.CONTEXT, Mark.CACHED)
    if falls:
        legend += [Span(" │ ", Tone.WARN), Span("compaction", Tone.DIM)]
    return _heading(
        "context by request", legend, f"{tokens(round(highest))} at most" if highest else "", lines
    )


def rate_heading(exchange: Exchange | None, lines: int) -> Sequence[Row]:
    """Of the events' plot."""
    if exchange is None:
        return _heading("events per second", [Span("of the request under the cursor", Tone.DIM)], "", lines)
    words = f"of request {exchange.id}, {counted(exchange.event_count, 'event')}"
    return _heading("events per second", [Span(words, Tone.DIM)], "", lines)


def _heading(name: str, legend: Sequence[Span], edge: str, lines: int) -> Sequence[Row]:
    if lines > 1:
        return [row(Span(name, Tone.STRONG), right=edge), row(*legend)]
    return [row(Span(f"{name}  ", Tone.STRONG), *legend, right=edge)]


_TONES = {
    Mark.CACHED: Tone.FAINT,
    Mark.FRESH: Tone.ACCENT,
    Mark.REASONING: Tone.DIM,
    Mark.SAID: Tone.TEXT,
    Mark.CONTEXT: Tone.ACCENT,
    Mark.EVENTS: Tone.ACCENT,
}


def _shapes(*marks: Mark) -> list[Span]:
    """What each looks like, and its name."""
    pieces = [
        piece for mark in marks for piece in (Span(f" {SHAPES[mark]} ", _TONES[mark]), Span(mark, Tone.DIM))
    ]
    return [Span(pieces[0].text.lstrip(), pieces[0].tone), *pieces[1:]]
