"""The rows of an event stream: one event, an output item with its events folded in, a silence.

Rows are drawn when they are seen, so that a hundred thousand of them can be made at once; unfolded, an item
of many events holds pages of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from inspector.capture.events import TimedEvent
from inspector.protocol.conformance import Remark
from inspector.ui.view.cards import json_body, text_body
from inspector.ui.view.event_kinds import Kinds, about, is_delta
from inspector.ui.view.event_words import (
    chunk_links,
    detail,
    error_words,
    is_chunk,
    is_unreadable,
    item_links,
    item_words,
    kind_words,
    piece_of,
)
from inspector.ui.view.measures import duration
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.timing import moment
from inspector.ui.view.wrap import Joined

WIDE = 46  # from this width on, a group tells how long it took
GAP = 0.5  # seconds of silence worth a row, unless the settings say otherwise
PREVIEW = 300  # characters of a group's text that its row may show
PAGE = 1_000  # events that hang below one node

TONES = {
    "response.completed": ("✓", Tone.GOOD),
    "response.failed": ("✗", Tone.BAD),
    "response.incomplete": ("⚠", Tone.WARN),
    "error": ("✗", Tone.BAD),
}

Place: TypeAlias = Callable[[TimedEvent], str]
"""Says in words where an event came from, or what it became."""


@dataclass(slots=True)
class Known:
    """What a stream's rows know besides their event; grows with the stream."""

    remarks: dict[int, list[Remark]] = field(default_factory=dict)  # by the event's number
    place: Place = lambda event: f"chunk {event.chunk + 1:,}, byte {event.offset:,}"
    kinds: Kinds = Kinds.ALL
    gap: float = GAP
    timed: bool = True  # whether it is known when each event came


def is_trouble(record: TimedEvent) -> bool:
    """Whether an event is bad news by itself: an error, or nothing that could be read."""
    symbol, _ = TONES.get(record.type or kind_words(record), ("", Tone.TEXT))
    return symbol in ("✗", "⚠") or is_unreadable(record) or not record.complete


class EventNode(Node):
    """One event; unfolded, what there is to remark, where it came from, its data."""

    __slots__ = ("_known", "_silence", "record")

    def __init__(self, record: TimedEvent, known: Known, *, silence: float = 0.0) -> None:
        super().__init__(f"event:{record.n}", links=item_links(record.members.get("item")))
        self.record = record
        self._known = known
        self._silence = silence

    @property
    def foldable(self) -> bool:
        """Always: where it came from is inside."""
        return True

    def head(self, width: int, opened: bool) -> Row:
        """When it came, what it is, and what it says."""
        record, remarks = self.record, self._known.remarks.get(self.record.n, ())
        symbol, tone = TONES.get(record.type or kind_words(record), ("", Tone.TEXT))
        if is_unreadable(record) or not record.complete:
            symbol, tone = "⚠", Tone.WARN
        name = kind_words(record) or "unreadable"
        if not record.complete:
            name += " cut off"
        said = error_words(record.members) if symbol in ("✗", "⚠") else ""
        words = one_line(said or detail(record))
        edge = [Span(f"⚠ {clean(remark.rule)}", Tone.WARN) for remark in remarks[:1]]
        if len(remarks) > 1:
            edge.append(Span(f" +{len(remarks) - 1}", Tone.WARN))
        if self._silence >= self._known.gap and self._known.timed:
            edge.append(Span(f"{'  ' if edge else ''}+{duration(self._silence)}", Tone.KEY))
        return row(
            Span(moment(record.at, told=self._known.timed), Tone.DIM),
            Span(f" {symbol}" if symbol else "", tone),
            Span(f" {clean(name)}", tone if symbol else Tone.TEXT),
            Span(f"  {words}" if words else "", Tone.TEXT if symbol == "✗" else Tone.DIM),
            right=tuple(edge),
        )

    def lay_out(self, width: int) -> Sequence[Row]:
        """What there is to remark, where it came from, its data."""
        record = self.record
        remarks = [
            text_body(f"⚠ {remark.rule}: {remark.text}", Tone.WARN)
            for remark in self._known.remarks.get(record.n, ())
        ]
        data = json_body(record.data) if isinstance(record.data, dict | list) else text_body(record.text)
        held = [data] if record.text or record.members else []
        place = text_body(self._known.place(record), Tone.FAINT)
        return Joined([body(width) for body in (*remarks, place, *held)])


class EventPage(Node):
    """Some of a group's many events."""

    __slots__ = ("_known", "_nodes", "_records", "_start")

    def __init__(self, key: str, records: Sequence[TimedEvent], start: int, known: Known) -> None:
        super().__init__(f"{key}/{start}")
        self._records = records  # of the whole group
        self._start = start
        self._known = known
        self._nodes: list[EventNode] = []

    @property
    def foldable(self) -> bool:
        """Always: there is at least one event inside."""
        return True

    def below(self) -> Sequence[Node]:
        """A row an event, as far as they have come."""
        _grow(self._nodes, self._records, self._start, self._known)
        return self._nodes

    @property
    def span(self) -> tuple[int, int]:
        """The numbers of its first and its last event."""
        last = min(self._start + PAGE, len(self._records)) - 1
        return self._records[self._start].n, self._records[last].n

    def head(self, width: int, opened: bool) -> Row:
        """Which events they are, and how the first of them begin."""
        first = self._records[self._start]
        count = min(PAGE, len(self._records) - self._start)
        words = "".join(detail(record)[:PREVIEW] for record in self._records[self._start : self._start + 20])
        return row(
            Span(moment(first.at, told=self._known.timed), Tone.DIM),
            Span(f" {self._start + 1:,} - {self._start + count:,}", Tone.KEY),
            Span(f"  {one_line(words)}", Tone.DIM),
        )


class EventList:
    """The nodes for a growing list of events: one each, or pages when they are many."""

    __slots__ = ("_key", "_known", "_nodes", "_pages", "records")

    def __init__(self, key: str, known: Known) -> None:
        self.records: list[TimedEvent] = []
        self._key = key
        self._known = known
        self._nodes: list[EventNode] = []
        self._pages: list[Node] = []

    def nodes(self) -> Sequence[Node]:
        """As far as the events have come."""
        if len(self.records) <= PAGE:
            _grow(self._nodes, self.records, 0, self._known)
            return self._nodes
        for start in range(len(self._pages) * PAGE, len(self.records), PAGE):
            self._pages.append(EventPage(self._key, self.records, start, self._known))
        return self._pages

    def path(self, index: int) -> tuple[str, ...]:
        """The keys that lead to the event at that index of the list."""
        event = f"event:{self.records[index].n}"
        return (event,) if len(self.records) <= PAGE else (f"{self._key}/{index // PAGE * PAGE}", event)


def _grow(nodes: list[EventNode], records: Sequence[TimedEvent], start: int, known: Known) -> None:
    for index in range(start + len(nodes), min(start + PAGE, len(records))):
        before = records[index - 1].at if index else records[index].at
        nodes.append(EventNode(records[index], known, silence=records[index].at - before))


class EventGroup(Node):
    """An output item as it comes in."""

    __slots__ = (
        "_all", "_known", "_steps", "about", "called", "deltas", "done", "preview", "silence", "warned",
    )  # fmt: skip

    def __init__(self, key: str, first: TimedEvent, known: Known) -> None:
        super().__init__(key)
        self.about = about(first)
        self.deltas = 0
        self.warned = 0
        self.called = ""
        self.preview = ""
        self.done = False
        self.silence = 0.0
        self._known = known
        self._all = EventList(key, known)
        self._steps = EventList(f"{key}:steps", known)
        self.add(first)

    @property
    def records(self) -> Sequence[TimedEvent]:
        """Its events."""
        return self._all.records

    def add(self, record: TimedEvent) -> None:
        """Take in an event of this item."""
        if self.records:
            self.silence = max(self.silence, record.at - self.records[-1].at)
        self._all.records.append(record)
        self.warned += len(self._known.remarks.get(record.n, ()))
        if not is_delta(record):
            self._steps.records.append(record)
        data = record.members
        if record.type.endswith(".delta"):
            self.deltas += 1
            if len(self.preview) < PREVIEW and isinstance(data.get("delta"), str):
                self.preview += data["delta"]
        elif is_chunk(record):
            self.deltas += 1
            piece = piece_of(data)
            self.called = self.called or piece.words
            if len(self.preview) < PREVIEW:
                self.preview += piece.text
            self._link(chunk_links(data))
        elif record.type in ("response.output_item.added", "response.output_item.done"):
            item = data.get("item")
            self.called = item_words(item)
            self._link(item_links(item))
            self.done = record.type.endswith("done")
        if isinstance(data.get("item_id"), str):
            self._link(frozenset((f"item:{data['item_id']}",)))

    def _link(self, links: frozenset[str]) -> None:
        if not links <= self.links:
            self.links = self.links | links

    @property
    def foldable(self) -> bool:
        """Always: there is at least one event inside."""
        return True

    def below(self) -> Sequence[Node]:
        """A row for every event that is to be shown, made when the group is first unfolded."""
        return self._shown.nodes()

    def path(self, record: TimedEvent) -> tuple[str, ...]:
        """The keys of the nodes that lead to one of its events, its own first."""
        records = self._shown.records
        index = bisect_left(records, record.n, hi=len(records) - 1, key=lambda other: other.n)
        return self.key, *self._shown.path(index)

    @property
    def _shown(self) -> EventList:
        return self._steps if self._known.kinds is Kinds.STEPS and self._steps.records else self._all

    def head(self, width: int, opened: bool) -> Row:
        """What item it is, how its text begins, how many deltas it took."""
        first, last = self.records[0], self.records[-1]
        name, _, rest = (self.called or "item").partition(" ")
        edge = [Span(f"{self.deltas} Δ", Tone.DIM)] if self.deltas else []
        if self.silence >= self._known.gap and self._known.timed:
            edge.insert(0, Span(f"gap {duration(self.silence)}  ", Tone.KEY))
        elif width >= WIDE and self._known.timed:
            edge.append(Span(f"{duration(last.at - first.at):>8}", Tone.DIM))
        if self.warned:
            edge.insert(0, Span(f"⚠ {self.warned}  ", Tone.WARN))
        return row(
            Span(moment(first.at, told=self._known.timed), Tone.DIM),
            Span(f" {clean(name)}", Tone.ROLE),
            Span(f" {clean(rest)}" if rest else "", Tone.STRONG),
            Span(f"  {one_line(self.preview, PREVIEW)}", Tone.DIM),
            right=tuple(edge),
        )
