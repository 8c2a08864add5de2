"""The queue of what is held: a row each, with the clocks that run; and the line above what one of them holds.

Three clocks: how long it is held, when it goes on by itself, and when Codex gives its answer up, which runs
only once the head of an answer has gone out. What is about to happen has the mark ⚠ as well as its colour.
"""

from __future__ import annotations

from dataclasses import dataclass

from inspector.capture.holds import Held, Point
from inspector.ui.view.hold.waits import Waits, what
from inspector.ui.view.hold.words import HELD, end_of
from inspector.ui.view.measures import size
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import cells, cut

SOON, GIVES_UP_SOON = 10.0, 60.0  # seconds, before it goes on and before Codex gives up, that are marked
WIDE = 110


@dataclass(frozen=True, slots=True)
class About:
    """The exchange that something is held of: texts are cleaned."""

    title: str = ""  # the session's, as far as it is known
    turn: int | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class _Widths:
    what: int
    about: int

    @classmethod
    def of(cls, width: int) -> _Widths:
        return cls(28, 36) if width >= WIDE else cls(16, 18)


NUMBER, SINCE, UNTIL, IDLE = 5, 6, 8, 8  # cells of the columns that hold figures


def queue_heading(width: int) -> Row:
    """The names of the columns."""
    widths = _Widths.of(width)
    words = f"{'':{NUMBER}} {'what':{widths.what}} {'of':{widths.about}} "
    words += f"{'held':>{SINCE}} {'goes on':>{UNTIL}} {'idle':>{IDLE}}  {'beginning'}"
    return row(Span(words[:width], Tone.FAINT))


def queue_row(waits: Waits, about: About, now: float, width: int) -> Row:
    """The row of one."""
    held, widths = waits.held, _Widths.of(width)
    return row(
        Span(HELD, Tone.WARN),
        Span(f"{held.id:>{NUMBER - 1}} ", Tone.DIM),
        Span(_fit(clean(what(held)), widths.what), Tone.STRONG),
        Span(f" {_fit(_of(about, held, width), widths.about)} ", Tone.KEY),
        Span(f"{clock(now - held.at):>{SINCE}} "),
        _countdown(held.deadline - now, SOON, UNTIL),
        Span(" "),
        Span(f"{'-':>{IDLE}}", Tone.FAINT) if _idle(held, now) is None else _gives_up(held, now),
        Span(f"  {waits.preview}", Tone.DIM),
    )


def ended_row(held: Held, about: About, width: int) -> Row:
    """The row of one that is held no more, as long as the cursor stands there."""
    widths = _Widths.of(width)
    return row(
        Span(f" {held.id:>{NUMBER - 1}} {_fit(clean(what(held)), widths.what)} ", Tone.DIM),
        Span(f"{_fit(_of(about, held, width), widths.about)} ", Tone.DIM),
        Span(clean(end_of(held)), Tone.ACCENT),
    )


def look_line(waits: Waits, now: float, ended: Held | None = None) -> Row:
    """What the row under the cursor holds, and whether Codex waits for ever."""
    held = waits.held
    left = _idle(held, now)
    if ended is not None:
        said = Span(clean(end_of(ended)), Tone.ACCENT)
    elif left is None:
        said = Span("its idle timeout does not run yet", Tone.DIM)
    elif left <= 0:
        said = Span(f"⚠ silent for {clock(held.idle_timeout)}: Codex gives up", Tone.WARN)
    else:
        short = left < GIVES_UP_SOON
        words = f"{'⚠ ' if short else ''}Codex gives up in {clock(left)}"
        said = Span(words, Tone.WARN if short else Tone.DIM)
    name = "request" if held.point is Point.REQUEST else what(held)
    detail = f"  of exchange {held.exchange}" + (f", {size(held.size)}" if held.size else "")
    return row(Span(clean(name), Tone.STRONG), Span(detail, Tone.DIM), right=said)


def left_span(left: float, ended: Held | None = None) -> Span:
    """When something goes on by itself, for whoever is busy with it; or how it ended meanwhile."""
    if ended is not None:
        return Span(f"⚠ {clean(end_of(ended))}", Tone.WARN)
    soon = left < SOON
    return Span(f"{'⚠ ' if soon else ''}goes on by itself in {clock(left)}", Tone.WARN if soon else Tone.DIM)


def clock(seconds: float) -> str:
    """`0:07`, `1:48`, `1:00:00`; nothing below zero."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _idle(held: Held, now: float) -> float | None:
    """Seconds until Codex gives up; None while that clock does not run."""
    return None if held.silent_since is None else held.silent_since + held.idle_timeout - now


def _gives_up(held: Held, now: float) -> Span:
    return _countdown(_idle(held, now) or 0.0, GIVES_UP_SOON, IDLE)


def _countdown(left: float, soon: float, width: int) -> Span:
    shown = clock(left)
    if left < soon:
        return Span(f"{'⚠ ' + shown:>{width}}", Tone.WARN)
    return Span(f"{shown:>{width}}")


def _of(about: About, held: Held, width: int) -> str:
    """What it is of; where there is little room, what tells sessions apart stands first."""
    turn = "" if about.turn is None else f"turn {about.turn}"
    words = (turn, about.model, about.title) if width >= WIDE else (about.title, turn, about.model)
    return " · ".join(filter(None, words)) or f"exchange {held.exchange}"


def _fit(text: str, width: int) -> str:
    if cells(text) > width:
        text = text[: cut(text, width - 1)] + "…"
    return text + " " * (width - cells(text))
