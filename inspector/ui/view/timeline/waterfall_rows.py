"""The lines of the waterfall, its ruler, and the line that says what the shapes mean, in columns that come
and go with the width."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspector.capture.model import Exchange, Outcome, Usage
from inspector.protocol.azure import Operation
from inspector.ui.view.measures import counted, duration, tokens
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.timeline.axis import FOLD_MARK, Axis, tick_label, tick_step
from inspector.ui.view.timeline.bar import EMPTY, bar, spans
from inspector.ui.view.timeline.parts import LOOKS, SHORT, Part, Stretch, end_of, totals
from inspector.ui.view.timing import has_ends, length, words
from inspector.ui.view.words import mark, status_line, trouble
from inspector.ui.view.wrap import cells, cut

TICK_EVERY = 14  # cells between two ticks of the ruler, about
DEEPEST = 4  # the indentation of an exchange below its turn


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column of the whole list's width; bars of all rows begin at the same cell."""

    lead: int  # before the bar, indentation and all
    clock: bool
    model: bool
    bar: int
    tokens: int  # after it

    @classmethod
    def of(cls, total: int) -> Columns:
        """The columns that so many cells have room for."""
        clock, model = total >= 96, total >= 150
        lead = DEEPEST + 19 + (10 if clock else 0) + (19 if model else 0)
        after = 14 if total >= 64 else 0
        return cls(lead, clock, model, max(4, total - lead - after), after)


@dataclass(frozen=True, slots=True)
class Drawing:
    """An axis, and how many shown seconds the whole bar stands for."""

    axis: Axis
    length: float

    def cell(self, moment: float, width: int) -> float:
        """Where a moment is in a bar of so many cells."""
        return self.axis.place(moment) / self.length * width if self.length > 0 else 0.0


def exchange_line(
    exchange: Exchange,
    stretches: Sequence[Stretch],
    drawing: Drawing,
    columns: Columns,
    width: int,
    now: float,
    *,
    is_retry: bool = False,
) -> Row:
    """The line of an exchange, `width` cells after its indentation."""
    state = mark(exchange)
    bad = {Tone.BAD: Tone.BAD, Tone.WARN: Tone.WARN}.get(state.tone)
    took = length(end_of(exchange, now) - exchange.started, told=has_ends(exchange))
    clock = time.strftime("%H:%M:%S  ", time.localtime(exchange.started)) if columns.clock else ""
    label = Span(_fitted(_label(exchange, is_retry), 8) + " ", bad or (Tone.WARN if is_retry else Tone.TEXT))
    lead = [state, Span(" "), Span(clock, Tone.DIM), label]
    if columns.model:
        lead.append(Span(_fitted(clean(exchange.model or ""), 18) + " ", Tone.KEY))
    lead.append(Span(f"{took:>7} "))
    short = columns.lead - DEEPEST - sum(cells(span.text) for span in lead)
    indented = width - (columns.bar + columns.tokens + columns.lead - DEEPEST)
    lead.append(Span(" " * max(0, short + indented)))
    drawn = bar(
        stretches,
        lambda moment: drawing.cell(moment, columns.bar),
        columns.bar,
        tone=bad,
        is_folded=lambda gap: drawing.axis.is_folded(gap.begin),
    )
    return row(*lead, *_with_end(drawn, exchange, bad), *_figures(exchange.usage, columns.tokens))


def turn_line(
    turn: int,
    title: str,
    group: Sequence[Exchange],
    stretches: Sequence[Stretch],
    drawing: Drawing | None,
    columns: Columns,
    width: int,
) -> Row:
    """The line of a turn: its title and where its time went, or, folded (with a drawing), one bar of all."""
    name = Span(f"turn {turn}" if not title else f"{turn} ", Tone.DIM if title else Tone.STRONG)
    sums = totals(stretches)
    figures = (Span(counted(len(group), "request"), Tone.DIM), Span(f" {duration(sum(sums.values())):>7}"))
    if drawing is None:
        room = (
            width
            - len(name.text)
            - min(cells(title), width // 3)
            - 2
            - sum(cells(span.text) for span in figures)
        )
        return row(name, Span(title, Tone.STRONG), right=(*_breakdown(sums, room), *figures))
    lead = width - columns.bar - columns.tokens
    head = _fitted(f"{name.text}{title}", lead - 1) + " "
    drawn = bar(
        stretches,
        lambda moment: drawing.cell(moment, columns.bar),
        columns.bar,
        is_folded=lambda gap: drawing.axis.is_folded(gap.begin),
    )
    after = f"{len(group)} req"
    return row(
        Span(head, Tone.STRONG), *spans(drawn), Span(f"{after:>{columns.tokens}}"[: columns.tokens], Tone.DIM)
    )


def ruler_line(drawing: Drawing | None, columns: Columns, name: str) -> Row:
    """Ticks above the bars, each with the real time since the beginning."""
    lead = Span(_fitted(f"  scale: {name}", columns.lead), Tone.FAINT)
    if drawing is None or drawing.length <= 0:
        return row(lead)
    line = [" "] * columns.bar
    free = 0
    for shown, real in drawing.axis.ticks(tick_step(drawing.length, columns.bar // TICK_EVERY)):
        at = round(shown / drawing.length * columns.bar)
        text = "╷" + tick_label(real)
        if at >= free and at + len(text) <= columns.bar:
            line[at : at + len(text)] = text
            free = at + len(text) + 1
    for fold in drawing.axis.folds:
        at = int((drawing.cell(fold.begin, columns.bar) + drawing.cell(fold.end, columns.bar)) / 2)
        if at < columns.bar and line[at] == " ":
            line[at] = FOLD_MARK
    return row(lead, Span("".join(line), Tone.DIM))


def legend_line(sums: Mapping[Part, float], width: int, *, folds: bool) -> Row:
    """What the shapes mean, and how long all that took in the session; with little room, the shapes alone."""
    pieces: list[Span] = []
    roomy = ((True, "   ", False), (True, "  ", False), (False, "  ", False))
    for told, gap, short in (*roomy, (False, " ", False), (False, " ", True)):
        pieces = []
        for part in Part:
            if part in sums and (told or part is not Part.SENDING):
                glyph, tone = LOOKS[part]
                took = f" {duration(sums[part])}" if told else ""
                name = SHORT.get(part, part) if short else part
                pieces += [Span(f"{glyph} ", tone), Span(str(name), Tone.DIM), Span(took + gap)]
        if folds:
            pieces.append(Span(FOLD_MARK if gap == " " else f"{FOLD_MARK} folded", Tone.DIM))
        if sum(cells(piece.text) for piece in pieces) <= width:
            break
    return row(*pieces)


def _breakdown(sums: Mapping[Part, float], room: int) -> list[Span]:
    """Where the time went, the longest parts of it that there is room for."""
    longest = sorted(sums, key=lambda part: -sums[part])
    words = {part: f"{duration(sums[part])}  " for part in longest}
    while longest and sum(2 + len(words[part]) for part in longest) > room:
        longest.pop()
    shown = (part for part in sums if part in longest and part is not Part.SENDING)
    return [
        piece
        for part in shown
        for piece in (Span(f"{LOOKS[part][0]} ", LOOKS[part][1]), Span(words[part], Tone.DIM))
    ]


def _label(exchange: Exchange, is_retry: bool) -> str:
    """What is told of an exchange before its bar: the status where it is bad, else what it was for."""
    if exchange.status is not None and exchange.status >= 400:
        return f"{exchange.status}{' ↻' if is_retry else ''}"
    if is_retry:
        return "↻ retry"
    if exchange.parent is not None:
        return "replay"
    kind = exchange.request_kind or ""
    if kind and kind != "turn" and exchange.operation != Operation.CONNECT:
        return clean(kind)
    head, _, last = exchange.operation.partition(".")
    return (head if last == "create" else last or head) if exchange.operation != "responses.create" else ""


def _fitted(text: str, width: int) -> str:
    """Cut or filled to exactly so many cells."""
    if cells(text) > width:
        text = text[: cut(text, width - 1)] + "…"
    return text + " " * (width - cells(text))


def _with_end(drawn: list[tuple[str, Tone]], exchange: Exchange, bad: Tone | None) -> list[Span]:
    """The bar with a mark where it ends, unless all was well, and what went wrong where there is room.

    Where no times are known, that stands in the bar's place.
    """
    if bad is None and not has_ends(exchange):
        return [Span(_fitted(f" {words(exchange)}", len(drawn)), Tone.FAINT)]
    last = max((at for at, cell in enumerate(drawn) if cell != EMPTY), default=-1)
    room = len(drawn) - last - 1
    if exchange.outcome is Outcome.OPEN and room:
        drawn[last + 1] = ("▶", Tone.LIVE)
    if bad is None or not room:
        return spans(drawn)
    why = trouble(exchange) or status_line(exchange.status)
    said = f"{mark(exchange).text} {one_line(why)}"
    if cells(said) > room:
        said = said[: cut(said, room - 1)] + "…" if room > 3 else said[:1]
    rest = room - cells(said)
    return [*spans(drawn[: last + 1]), Span(said, bad), Span(" " * rest)]


def _figures(usage: Usage | None, width: int) -> tuple[Span, ...]:
    """Tokens given and made, and the cached part."""
    if not width:
        return ()
    if usage is None or usage.input_tokens is None:
        return (Span(" " * width),)
    given, cached = usage.input_tokens, usage.cached_tokens or 0
    share = f"{100 * cached // given:>3}%" if given and cached else "    "
    figures = f"{tokens(given)}→{tokens(usage.output_tokens or 0)}"
    return (Span(f"{figures:>{width - 4}}"), Span(share, Tone.DIM))
