"""Rules of what is to be held: a row each, what a person writes of one, and the one that is likely."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.capture.filter.tokens import written_value
from inspector.capture.holds import LONGEST, Point, Rule
from inspector.capture.model import Exchange
from inspector.ui.view.hold.queue import clock
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line

SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule as a person wants it. One that is switched off is nothing more: no proxy knows of it."""

    filter: str = ""
    point: Point = Point.REQUEST
    types: tuple[str, ...] = ()
    seconds: float = SECONDS


def wanted_of(rule: Rule) -> Wanted:
    """The same as one that is in force."""
    return Wanted(rule.filter, rule.point, rule.types, rule.seconds)


def likely(exchange: Exchange | None) -> Wanted:
    """What holds more of an exchange's kind: of its session, else of its model; anything without one."""
    if exchange is None:
        return Wanted()
    if exchange.session:
        return Wanted(f"session:{written_value(exchange.session)}")
    return Wanted(f"model:{written_value(exchange.model)}" if exchange.model else "")


def rule_row(wanted: Wanted, rule: Rule | None) -> Row:
    """Its row; without a `rule` it is switched off."""
    on = rule is not None
    types = f"  {' '.join(wanted.types)}" if wanted.types else ""
    if rule is None:
        who = Span("off", Tone.WARN)
    elif rule.mine:
        who = Span("of this app", Tone.DIM)
    else:
        who = Span(clean(f"of {rule.app.name} (process {rule.app.pid})"), Tone.ACCENT)
    return row(
        Span("● " if on else "○ ", Tone.LIVE if on else Tone.FAINT),
        Span(f"{wanted.point.value:<9} ", Tone.STRONG if on else Tone.DIM),
        Span(one_line(wanted.filter) or "everything", Tone.TEXT if on else Tone.DIM),
        Span(one_line(types) and f"  {one_line(types)}", Tone.KEY if on else Tone.DIM),
        right=(who, Span(f"  {clock(wanted.seconds)} at most", Tone.DIM)),
    )


def read_types(text: str) -> tuple[str, ...]:
    """Types of events as a person writes them: with blanks or commas between."""
    return tuple(text.replace(",", " ").split())


def read_seconds(text: str) -> float | None:
    """A number of seconds that something can be held; None where it is none."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 1 <= seconds <= LONGEST else None
