"""One exchange in one row, in columns that come and go with the width; the rows of its turn and session."""

from __future__ import annotations

import time
from collections.abc import Sequence

from inspector.capture.model import Exchange, Outcome, Usage
from inspector.ui.view.measures import ago, counted, duration, tokens
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.words import mark, trouble

WIDE = 84  # from this width on there are columns for the time, the model, events, and each kind of tokens


def exchange_row(exchange: Exchange, width: int, now: float) -> Row:
    """The row of an exchange."""
    status = str(exchange.status) if exchange.status is not None else "···"
    tone = {Tone.BAD: Tone.BAD, Tone.WARN: Tone.WARN}.get(mark(exchange).tone, Tone.TEXT)
    lead = (mark(exchange), Span(f" {status} ", tone))
    took = Span(f"{_took(exchange, now):>7}  ", Tone.TEXT)
    words = trouble(exchange)
    model = clean(exchange.model or "")
    if width >= WIDE:
        clock = time.strftime("%H:%M:%S", time.localtime(exchange.started))
        counted_events = f"{exchange.event_count:>6} ev" if exchange.event_count else " " * 9
        figures = (Span(f"{counted_events}  ", Tone.DIM), *_token_columns(exchange.usage))
        return row(
            *lead,
            Span(f"{clock}  ", Tone.DIM),
            Span(f"{_fit(model, 18):<18} ", Tone.KEY),
            Span(f"{_operation(exchange):<10}"),
            took,
            *((Span(one_line(words), tone),) if words else figures),
        )
    if words:
        return row(*lead, took, Span(one_line(words), tone))
    short = width < 40
    return row(
        *lead,
        took,
        Span(_fit(model, 8 if short else 14), Tone.KEY),
        right=_token_words(exchange.usage, short),
    )


def _took(exchange: Exchange, now: float) -> str:
    if exchange.outcome is Outcome.OPEN:
        return duration(max(0.0, now - exchange.started))
    return duration(exchange.ended) if exchange.ended is not None else ""


def _operation(exchange: Exchange) -> str:
    """What is asked, where it is not the plain case: `compact`, `chat`, `models`."""
    kind = exchange.request_kind or ""
    if kind and kind != "turn":
        return clean(kind)[:9]
    head, _, last = exchange.operation.partition(".")
    if last == "create":
        return "" if head == "responses" else head[:9]
    return (last or head)[:9]


def _fit(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _token_columns(usage: Usage | None) -> tuple[Span, ...]:
    if usage is None:
        return (Span(" " * 22),)
    given, cached = usage.input_tokens, usage.cached_tokens
    share = f"{100 * cached // given:>3}%" if given and cached else "    "
    return (
        Span(f"{tokens(given) if given is not None else '':>6} →", Tone.TEXT),
        Span(f"{tokens(usage.output_tokens) if usage.output_tokens is not None else '':>6}", Tone.TEXT),
        Span(f" {share}   ", Tone.DIM),
    )


def _token_words(usage: Usage | None, short: bool) -> tuple[Span, ...]:
    if usage is None or usage.input_tokens is None:
        return ()
    words = Span(f"{tokens(usage.input_tokens)}→{tokens(usage.output_tokens or 0)}", Tone.TEXT)
    if short:
        return (words,)
    cached = 100 * (usage.cached_tokens or 0) // usage.input_tokens if usage.input_tokens else 0
    return (words, Span(f" {cached:>2}%" if cached else "    ", Tone.DIM))


def group_row(label: str, title: str | None, exchanges: Sequence[Exchange], is_turn: bool, width: int,
              now: float) -> Row:  # fmt: skip
    """The row of a turn or a session: what it is about, how many, and the worst that happened.

    `title` has been cleaned already (`title_of` did): cleaned twice, its marks would be spelled out.
    """
    bad = sum(1 for exchange in exchanges if mark(exchange).tone is Tone.BAD)
    open_ones = any(exchange.outcome is Outcome.OPEN for exchange in exchanges)
    edge: list[Span] = []
    if bad:
        edge.append(Span(f"✗{bad if bad > 1 else ''} ", Tone.BAD))
    if open_ones:
        edge.append(Span("▶ ", Tone.LIVE))
    if is_turn:
        edge.append(Span(f"{len(exchanges)}", Tone.DIM))
        number = label.partition(" ")[2]
        return row(Span(f"{number} ", Tone.DIM), Span(title or label), right=tuple(edge))
    newest = max((exchange.started for exchange in exchanges), default=now)
    edge.append(Span(ago(max(0.0, now - newest)), Tone.DIM))
    shown = title or clean(label)
    count = f"  {counted(len(exchanges), 'exchange')}" if width >= WIDE else ""
    return row(Span(shown, Tone.STRONG), Span(count, Tone.DIM), right=tuple(edge))
