"""What the times of an exchange are worth: those of a recording all, those of another program's file what it
told. Of times that nobody measured nothing is concluded: no gap, no rate, no part of a bar.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.capture.events import TimedEvent
from inspector.capture.model import Exchange, Timing
from inspector.ui.view.measures import duration, offset

WORDS = {
    Timing.WHOLE: "times: begin and end only",
    Timing.EVEN: "times: evenly spaced, the file has none",
    Timing.NONE: "times: the file has none",
}
UNTOLD = "-"
"""Stands where a length of time would."""

EACH = 0.1  # seconds from one event to the next where they are played evenly spaced


def has_moments(exchange: Exchange) -> bool:
    """Whether it is known when each event came."""
    return exchange.timing is Timing.RECORDED


def has_ends(exchange: Exchange) -> bool:
    """Whether it is known when it began and ended."""
    return exchange.timing.tells_ends


def words(exchange: Exchange) -> str:
    """What there is to say about its times; "" where they are as one expects."""
    return WORDS.get(exchange.timing, "")


def moment(seconds: float | None, *, told: bool = True) -> str:
    """A moment in six cells: ` 0.380`, or `~ 0.38` where nobody measured it."""
    if seconds is None:
        return " " * 6
    return offset(seconds) if told else f"~{f'{seconds:.2f}':>5.5}"


def length(seconds: float | None, *, told: bool = True) -> str:
    """A length of time, `-` where nobody measured it, "" where there is none."""
    if not told:
        return UNTOLD
    return "" if seconds is None else duration(seconds)


def spacing(exchange: Exchange, events: Sequence[TimedEvent]) -> float | None:
    """Seconds from one event to the next where they have no times to be played by, else None."""
    if has_moments(exchange) or not events or events[0].at != events[-1].at:
        return None
    return EACH
