"""One exchange in one row, in the columns there is room for; the line that names them; rows of groups."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.capture.model import Exchange
from inspector.settings import Column, Sort
from inspector.ui.view.columns import KINDS, WIDE, Layout, Look, layout, unsaid
from inspector.ui.view.hold.words import HELD
from inspector.ui.view.measures import ago, counted
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.tally import Tally
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.words import (
    AGENT,
    REPLAY,
    is_by_agent,
    is_compaction,
    is_sent_from_here,
    mark,
    trouble,
)
from inspector.ui.view.wrap import cells, cut

LEAD = 2  # cells before the columns: the state's mark, and what kind of exchange it is
LEAST_NOTE = 10  # cells that a note's words need, else there is their sign alone
LEAST_WORDS = 24  # cells that an error's words get, if columns have to go for them


def exchange_row(
    exchange: Exchange,
    width: int,
    now: float,
    look: Look,
    *,
    folded: Sequence[Exchange] = (),
    aside: int = 0,
    alone: bool = False,
    held: bool = False,
) -> Row:
    """The row of an exchange. `folded`: its repetitions and replays, which lie below it; `aside`: cells it
    stands further right; `alone`: no row above tells that it is a sub-agent's; `held`: by a person's rule."""
    state = Span(HELD, Tone.WARN) if held else mark(exchange)
    sign = _kind(exchange, alone)
    tone = state.tone if state.tone in (Tone.BAD, Tone.WARN) else Tone.TEXT
    edge = _edge(exchange, folded)
    room = width + aside - LEAD
    taken = sum(len(span.text) for span in edge)
    shown = layout(look.columns, room, wide=width + aside >= WIDE)
    if shown.width + taken > room:
        shown = layout(look.columns, room - taken, wide=width + aside >= WIDE)
    words = trouble(exchange) if Column.ERROR in look.columns else ""
    besides = "" if words else unsaid(exchange, shown)
    if besides:  # it begins where the model would stand
        shown = Layout(tuple(each for each in shown.columns if each[0] is not Column.MODEL), shown.gap)
    if words or besides:
        shown = _before_words(shown, room - taken)
    spans = [state, sign]
    if sign.text.strip():
        spans.append(Span(" "))
        aside += 1
    # What it stands aside is taken from the model, then from blanks before figures.
    waits = any(column is Column.MODEL for column, _ in shown.columns)
    for column, wide in shown.columns:
        kind = KINDS[column]
        if column is Column.MODEL:
            narrower = min(aside, wide - 3)
            wide, aside, waits = wide - narrower, aside - narrower, False
        text = _placed(kind.text(exchange, look, now), wide, kind.left)
        if aside and not waits:
            blank = min(aside, len(text) - len(text.lstrip()))
            text, aside = text[blank:], aside - blank
        spans.append(Span(text + " " * shown.gap, tone if column is Column.STATUS else kind.tone))
    if words or besides:
        spans.append(Span(one_line(words), tone) if words else Span(besides, Tone.KEY))
    spare = width - sum(cells(span.text) for span in (*spans, *edge))
    return Row(tuple(spans), _with_note(exchange.note, spare, edge))


def heading_row(width: int, look: Look, order: Sort) -> Row:
    """The names of the columns for rows of so many cells, and by which one they are ordered."""
    shown = layout(look.columns, width - LEAD, wide=width >= WIDE)
    spans = [Span(" " * LEAD)]
    for column, wide in shown.columns:
        kind = KINDS[column]
        arrow = ("▾" if order.descending else "▴") if column is order.column else ""
        text = _placed(f"{kind.heading}{arrow}", wide, kind.left)
        spans.append(Span(text + " " * shown.gap, Tone.ACCENT if arrow else Tone.FAINT))
    return Row(tuple(spans))


def column_at(cell: int, width: int, look: Look) -> Column | None:
    """The column whose name stands at a cell of that line, the gap after it included."""
    shown = layout(look.columns, width - LEAD, wide=width >= WIDE)
    begin = LEAD
    for column, wide in shown.columns:
        if begin <= cell < begin + wide + shown.gap:
            return column
        begin += wide + shown.gap
    return None


def _edge(exchange: Exchange, folded: Sequence[Exchange]) -> tuple[Span, ...]:
    """What stands at the right edge: a note, how often it was tried and sent again, and how that ended."""
    spans = [Span(" ✎", Tone.ACCENT)] if exchange.note else []
    replays = [one for one in folded if is_sent_from_here(one)]
    retries = [one for one in folded if not is_sent_from_here(one)]
    for sign, ones in (("↻", retries), (REPLAY, replays)):
        if ones:
            spans += [Span(f" {sign}{len(ones)} ", Tone.KEY), mark(ones[-1])]
    return tuple(spans)


def _with_note(note: str, spare: int, edge: tuple[Span, ...]) -> tuple[Span, ...]:
    """The edge with the note's words after their sign, as far as there are cells to spare for them."""
    text = one_line(note)
    if not text or spare < LEAST_NOTE:
        return edge
    room = spare - 3  # a blank after the sign, and some before it
    shown = text if cells(text) <= room else text[: cut(text, room - 1)] + "…"
    return (edge[0], Span(f" {shown}", Tone.ACCENT), *edge[1:])


def _kind(exchange: Exchange, alone: bool) -> Span:
    if exchange.marked:
        return Span("◆", Tone.ACCENT)
    if is_sent_from_here(exchange):
        return Span(REPLAY, Tone.KEY)
    if is_compaction(exchange):
        return Span("⊟", Tone.ACCENT)
    return Span(AGENT, Tone.ACCENT) if alone and is_by_agent(exchange) else Span(" ")


def _before_words(shown: Layout, room: int) -> Layout:
    """The columns before an error's words: those that say what was asked, as long as the words have room."""
    columns = [each for each in shown.columns if not KINDS[each[0]].figure]
    while True:
        left = Layout(tuple(columns), shown.gap)
        spare = [each for each in columns if each[0] not in (Column.STATUS, Column.DURATION)]
        if not spare or room - left.width >= LEAST_WORDS:
            return left
        columns.remove(spare[-1])


def _placed(text: str, width: int, left: bool) -> str:
    """A cleaned text in exactly so many cells, at their left or their right."""
    if cells(text) > width:
        text = text[: cut(text, width - 1)] + "…"
    blank = " " * (width - cells(text))
    return text + blank if left else blank + text


def group_row(
    label: str,
    title: str | None,
    tally: Tally,
    is_turn: bool,
    width: int,
    now: float,
    *,
    agent: str = "",
    held: bool = False,
) -> Row:
    """The row of a turn or a session: what it is about, how many, and the worst that happened.

    `title` and `agent`, the kind of a sub-agent, have been cleaned already (`title_of` did): cleaned twice,
    their marks would be spelled out.
    """
    edge: list[Span] = []
    if tally.bad:
        edge.append(Span(f"✗{tally.bad if tally.bad > 1 else ''} ", Tone.BAD))
    if held:
        edge.append(Span(f"{HELD} ", Tone.WARN))
    elif tally.open:
        edge.append(Span("▶ ", Tone.LIVE))
    if is_turn:
        edge.append(Span(f"{tally.count}", Tone.DIM))
        number = label.partition(" ")[2]
        return row(Span(f"{number} ", Tone.DIM), Span(title or label), right=tuple(edge))
    edge.append(Span(ago(max(0.0, now - tally.newest)), Tone.DIM))
    shown = title or clean(label)
    count = f"  {counted(tally.count, 'exchange')}" if width >= WIDE else ""
    if agent:
        kind = (Span(f"{AGENT} ", Tone.ACCENT), Span(f"{agent} ", Tone.KEY))
        return row(*kind, Span(shown), Span(count, Tone.DIM), right=tuple(edge))
    return row(Span(shown, Tone.STRONG), Span(count, Tone.DIM), right=tuple(edge))
