"""The columns of the list of exchanges: what stands in each, how wide it is, and which there is room for.

A column that does not fit goes, the one that matters least first; the model's name takes what is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from inspector.capture.model import Exchange, Outcome
from inspector.prices.costs import Costs
from inspector.protocol.azure import Operation
from inspector.settings import Column
from inspector.ui.view.measures import size, tokens
from inspector.ui.view.rows import Tone
from inspector.ui.view.text import clean
from inspector.ui.view.timing import has_ends, has_moments, length

WIDE = 84  # from this width on there is more room between columns, and a line that names them
LONGEST_MODEL = 18
_BESIDES = (Operation.GET, Operation.DELETE, Operation.CANCEL, Operation.ITEMS, Operation.EMBEDDINGS,
            Operation.MODELS, Operation.CONNECT)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a person has chosen to see of an exchange."""

    columns: tuple[Column, ...]
    costs: Costs = field(default_factory=Costs)

    def without(self, column: Column) -> Look:
        """The same, its room given to the other columns."""
        return replace(self, columns=tuple(each for each in self.columns if each is not column))


@dataclass(frozen=True, slots=True)
class Kind:
    """A column as it is drawn. `figure`: what came of it, which an error's words stand in for."""

    heading: str
    width: int
    text: Callable[[Exchange, Look, float], str]
    tone: Tone = Tone.TEXT
    left: bool = False
    figure: bool = False


def took(exchange: Exchange, now: float) -> float | None:
    """Seconds from the request to the end, or to now."""
    if exchange.outcome is Outcome.OPEN:
        return max(0.0, now - exchange.started)
    return exchange.ended


def cached_share(exchange: Exchange) -> float | None:
    """Of the tokens sent, the part that came from the prompt cache; None where it is nothing."""
    usage = exchange.usage
    if usage is None or not usage.input_tokens or not usage.cached_tokens:
        return None
    return usage.cached_tokens / usage.input_tokens


def operation(exchange: Exchange) -> str:
    """What is asked, where it is not the plain case: `compact`, `chat`, `models`."""
    # The handshake of a WebSocket tells what the first request over it is for.
    kind = "" if exchange.operation == Operation.CONNECT else exchange.request_kind or ""
    if kind and kind != "turn":
        return clean(kind)
    head, _, last = exchange.operation.partition(".")
    if last == "create":
        return "" if head == "responses" else head
    return last or head


def unsaid(exchange: Exchange, shown: Layout) -> str:
    """What is asked, and of which model, where the column for it has no room; "" where it is plain."""
    if exchange.operation not in _BESIDES or any(column is Column.OPERATION for column, _ in shown.columns):
        return ""
    return f"{operation(exchange)} {clean(exchange.model or '')}".strip()


def money(amount: float) -> str:
    """At most seven characters: `0.00042`, `0.0312`, `12.40`, `1240`."""
    if amount == 0:
        return "0"
    for limit, digits in ((0.001, 5), (1, 4), (1000, 2)):
        if amount < limit:
            return f"{amount:.{digits}f}"
    return f"{amount:.0f}"


def _used(name: str) -> Callable[[Exchange, Look, float], str]:
    def text(exchange: Exchange, _: Look, _now: float) -> str:
        count: int | None = getattr(exchange.usage, name, None)
        return "" if count is None else tokens(count)

    return text


def _clock(exchange: Exchange) -> str:
    return time.strftime("%H:%M:%S", time.localtime(exchange.started))


def _share(exchange: Exchange) -> str:
    share = cached_share(exchange)
    return "" if share is None else f"{int(100 * share)}%"


def _cost(exchange: Exchange, look: Look) -> str:
    amount = look.costs.of(exchange)
    return "" if amount is None else money(amount)


KINDS: dict[Column, Kind] = {  # those that matter most first
    Column.STATUS: Kind("", 3, lambda one, *_: "···" if one.status is None else str(one.status), left=True),
    Column.DURATION: Kind("took", 7, lambda one, _, now: length(took(one, now), told=has_ends(one))),
    Column.INPUT: Kind("in", 5, _used("input_tokens"), figure=True),
    Column.OUTPUT: Kind("out", 5, _used("output_tokens"), figure=True),
    Column.CACHED: Kind("hit", 4, lambda one, *_: _share(one), Tone.DIM, figure=True),
    Column.MODEL: Kind("model", 6, lambda one, *_: clean(one.model or ""), Tone.KEY, left=True),
    Column.COST: Kind("cost", 7, lambda one, look, _: _cost(one, look), figure=True),
    Column.FIRST: Kind(
        "first", 7, lambda one, *_: length(one.first_event, told=has_moments(one)), figure=True
    ),
    Column.OPERATION: Kind("asked", 8, lambda one, *_: operation(one), left=True),
    Column.REASONING: Kind("think", 5, _used("reasoning_tokens"), figure=True),
    Column.EVENTS: Kind("events", 6, lambda one, *_: str(one.event_count or ""), Tone.DIM, figure=True),
    Column.TIME: Kind("started", 8, lambda one, *_: _clock(one), Tone.DIM, left=True),
    Column.SIZE: Kind(
        "size", 7, lambda one, *_: size(one.request_size + one.response_size), Tone.DIM, figure=True
    ),
    Column.METHOD: Kind("method", 6, lambda one, *_: clean(one.method), left=True),
    Column.ID: Kind("#", 5, lambda one, *_: str(one.id), Tone.DIM),
}
"""All but ERROR, whose words take the room of the figures."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that are shown, each with its width, and the cells between them."""

    columns: tuple[tuple[Column, int], ...]
    gap: int

    @property
    def width(self) -> int:
        """Cells of all of it."""
        return sum(width + self.gap for _, width in self.columns)


@lru_cache(maxsize=64)
def layout(columns: tuple[Column, ...], width: int, *, wide: bool) -> Layout:
    """Those of the `columns`, in their order, that have room in so many cells."""
    gap = 2 if wide else 1
    room = width
    kept = set()
    for column, kind in KINDS.items():
        if column in columns and kind.width + gap <= room:
            kept.add(column)
            room -= kind.width + gap
    widths = {column: KINDS[column].width for column in kept}
    if Column.MODEL in widths:
        widths[Column.MODEL] = min(LONGEST_MODEL, widths[Column.MODEL] + room)
    return Layout(tuple((column, widths[column]) for column in columns if column in kept), gap)
