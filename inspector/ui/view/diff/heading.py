"""The line on top of the diff: which two exchanges, and which part of them is shown."""

from __future__ import annotations

import time

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.diff.content import DiffContent, Side
from inspector.ui.view.progress import bar
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.words import mark

WIDE = 100  # from this width on with times and models
_MIDDLE = 60  # ... and with turns and states


def heading(content: DiffContent, side: Side, width: int) -> Row:
    """Both exchanges at the left; at the right their parts with their counts, the shown one marked."""
    left = (Span("diff  ", Tone.STRONG), *_exchange(content.comparison.old, width), Span("  →  ", Tone.DIM),
            *_exchange(content.comparison.new, width))  # fmt: skip
    parts = [
        Span(f"{'▸' if one is side else ' '}{one.value} {content.changes[one]:,}  ",
             Tone.ACCENT if one is side else Tone.DIM)
        for one in content.sides
    ]  # fmt: skip
    return row(*left, right=tuple(parts))


def waiting(older: int, newer: int, problem: str = "", progress: tuple[int, int] | None = None) -> Row:
    """Before anything was compared, or when it cannot be; `progress`: items done, of how many."""
    if problem:
        said: tuple[Span, ...] = (Span(clean(problem), Tone.BAD),)
    elif progress is not None:
        said = (Span("comparing items  ", Tone.DIM), *bar(*progress), Span("  escape stops it", Tone.DIM))
    else:
        said = (Span("reading …", Tone.DIM),)
    return row(Span("diff  ", Tone.STRONG), Span(f"#{older}  →  #{newer}  "), *said)


def _exchange(exchange: Exchange, width: int) -> tuple[Span, ...]:
    number = Span(f"#{exchange.id}", Tone.ACCENT)
    if width < _MIDDLE:
        return (number,)
    status = "···" if exchange.status is None else str(exchange.status)
    turn = f" turn {exchange.turn}" if exchange.turn is not None else ""
    told: tuple[Span, ...] = (number, Span(f"{turn} "), mark(exchange), Span(f" {status}", Tone.DIM))
    if exchange.outcome is Outcome.OPEN:
        told = (*told, Span(" so far", Tone.LIVE))
    if width < WIDE:
        return told
    clock = time.strftime("%H:%M:%S", time.localtime(exchange.started))
    return (*told, Span(f" {clock} {clean(exchange.model or '')}".rstrip(), Tone.DIM))
