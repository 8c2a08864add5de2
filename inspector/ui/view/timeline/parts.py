"""What an exchange did with its time, and what the time between two exchanges was for.

    SENDING    the request is on its way             started       .. request_done
    WAITING    nothing came back yet                 request_done  .. first_byte
    OPENING    the response's head is here, no event first_byte    .. first_event
    STREAMING  events or a body come in              first_event   .. ended
    WHOLE      all of these, where a file that was read in tells no more than begin and end
    TOOLS      between two exchanges of one turn: Codex runs what was called
    BACKOFF    between a failed attempt and the one that repeats it
    IDLE       between two turns: it is the person's

A capture may hold times that are missing or out of order: a part then is empty, never negative. An exchange
of a file without times has no parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from inspector.capture.model import Exchange, Outcome
from inspector.protocol.azure import Operation
from inspector.ui.view.rows import Tone
from inspector.ui.view.timing import has_ends, has_moments


class Part(StrEnum):
    """A use of time; see the table above. The value is its name on screen."""

    SENDING = "sending"
    WAITING = "waiting"
    OPENING = "first event"
    STREAMING = "streaming"
    WHOLE = "undivided"
    TOOLS = "tools"
    BACKOFF = "backoff"
    IDLE = "between turns"


LOOKS = {
    Part.SENDING: ("∙", Tone.DIM),
    Part.WAITING: ("░", Tone.KEY),
    Part.OPENING: ("▒", Tone.KEY),
    Part.STREAMING: ("█", Tone.ACCENT),
    Part.WHOLE: ("▓", Tone.ACCENT),
    Part.TOOLS: ("─", Tone.DIM),
    Part.BACKOFF: ("┉", Tone.WARN),
    Part.IDLE: ("┄", Tone.FAINT),
}
"""How each is drawn: shapes differ, so that no one needs the colours."""

SHORT = {
    Part.WAITING: "wait",
    Part.OPENING: "first",
    Part.STREAMING: "stream",
    Part.WHOLE: "all",
    Part.IDLE: "turns",
}
"""Names for where there is little room; the others are short as they are."""

GAPS = (Part.TOOLS, Part.BACKOFF, Part.IDLE)
"""The parts in which no exchange runs."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A length of time, in Unix seconds, and its use."""

    part: Part
    begin: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.begin


def end_of(exchange: Exchange, now: float) -> float:
    """When an exchange ended; `now` while it runs; the last that is known of one that was cut off.

    Where no times are known, that is when it began. The handshake of a WebSocket takes until it is agreed to:
    what the socket is open for are the exchanges that go over it.
    """
    if not has_ends(exchange):
        return exchange.started
    if exchange.operation == Operation.CONNECT and exchange.status == 101:
        return exchange.started + max(0.0, exchange.first_byte or 0.0)
    if exchange.ended is not None:
        return exchange.started + max(0.0, exchange.ended)
    if exchange.outcome is Outcome.OPEN:
        return max(now, exchange.started)
    known = (exchange.request_done, exchange.first_byte, exchange.first_event)
    return exchange.started + max([0.0, *(at for at in known if at is not None)])


def parts_of(exchange: Exchange, now: float) -> tuple[Stretch, ...]:
    """The parts of an exchange one after another, without the empty ones."""
    end = end_of(exchange, now)
    head, event = exchange.first_byte, exchange.first_event
    if not has_moments(exchange):
        if head is None:
            return (Stretch(Part.WHOLE, exchange.started, end),) if end > exchange.started else ()
        event = head
    if event is None and not exchange.stream:  # a body that is no stream comes in from its first byte on
        event = head
    head = event if head is None else head
    sent = 0.0 if exchange.request_done is None and head is not None else exchange.request_done
    borders = ((Part.SENDING, sent), (Part.WAITING, head), (Part.OPENING, event), (Part.STREAMING, None))
    found: list[Stretch] = []
    begin = exchange.started
    for part, until in borders:
        border = end if until is None else min(max(exchange.started + until, begin), end)
        if border > begin:
            found.append(Stretch(part, begin, border))
        begin = border
        if until is None:  # what comes after did not happen
            break
    return tuple(found)


def totals(stretches: Iterable[Stretch]) -> dict[Part, float]:
    """Seconds by part, in the order of the table, without the empty ones."""
    sums: Counter[Part] = Counter()
    for stretch in stretches:
        sums[stretch.part] += stretch.seconds  # type: ignore[assignment]  # counts may be of any number
    return {part: float(sums[part]) for part in Part if sums[part] > 0}
