"""The event stream as rows that grow: deltas folded into their output item, gaps of silence between.

Which rows there are:

    head        the status line, the response's headers below it
    event       one that stands alone: created, completed, error, a comment, something unreadable
    group       an output item, `output_item.added` to `.done`, or a run of chat chunks about one thing
    gap         nothing came for GAP seconds

A group is placed where its first event was; events of another item that come between go to their own group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inspector.capture.events import TimedEvent
from inspector.ui.view.cards import json_body, text_body
from inspector.ui.view.event_words import (
    detail,
    error_words,
    is_chunk,
    is_unreadable,
    item_links,
    item_words,
    kind_words,
    piece_of,
)
from inspector.ui.view.measures import duration, offset
from inspector.ui.view.outline import Node
from inspector.ui.view.pretty import compact
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line

WIDE = 46  # from this width on, a group tells how long it took
GAP = 0.5  # seconds of silence worth a row
PREVIEW = 300  # characters of a group's text that its row may show

TONES = {
    "response.completed": ("✓", Tone.GOOD),
    "response.failed": ("✗", Tone.BAD),
    "response.incomplete": ("⚠", Tone.WARN),
    "error": ("✗", Tone.BAD),
}


class EventGroup(Node):
    """An output item as it comes in."""

    __slots__ = ("_children", "called", "deltas", "done", "preview", "records", "silence")

    def __init__(self, key: str, first: TimedEvent) -> None:
        super().__init__(key, self._head)
        self.records: list[TimedEvent] = []
        self.deltas = 0
        self.called = ""
        self.preview = ""
        self.done = False
        self.silence = 0.0
        self._children: list[Node] = []
        self.add(first)

    def add(self, record: TimedEvent) -> None:
        """Take in an event of this item."""
        if self.records:
            self.silence = max(self.silence, record.at - self.records[-1].at)
        self.records.append(record)
        data = record.members
        if record.type.endswith(".delta"):
            self.deltas += 1
            if len(self.preview) < PREVIEW and isinstance(data.get("delta"), str):
                self.preview += data["delta"]
        elif is_chunk(record):
            self.deltas += 1
            self.called = self.called or piece_of(data).words
            if len(self.preview) < PREVIEW:
                self.preview += piece_of(data).text
        elif record.type in ("response.output_item.added", "response.output_item.done"):
            item = data.get("item")
            self.called = item_words(item)
            self.links = self.links | item_links(item)
            self.done = record.type.endswith("done")
        if isinstance(data.get("item_id"), str):
            self.links = self.links | {f"item:{data['item_id']}"}

    @property
    def foldable(self) -> bool:
        """Always: there is at least one event inside."""
        return True

    def below(self) -> Sequence[Node]:
        """A row for every event, made when the group is first unfolded and added to as it grows."""
        for index in range(len(self._children), len(self.records)):
            record = self.records[index]
            before = self.records[index - 1].at if index else record.at
            self._children.append(event_node(record, silence=record.at - before))
        return self._children

    def _head(self, width: int, _opened: bool) -> Row:
        first, last = self.records[0], self.records[-1]
        name, _, rest = (self.called or "item").partition(" ")
        edge = [Span(f"{self.deltas} Δ", Tone.DIM)] if self.deltas else []
        if self.silence >= GAP:
            edge.insert(0, Span(f"gap {duration(self.silence)}  ", Tone.KEY))
        elif width >= WIDE:
            edge.append(Span(f"{duration(last.at - first.at):>8}", Tone.DIM))
        return row(
            Span(offset(first.at), Tone.DIM),
            Span(f" {clean(name)}", Tone.ROLE),
            Span(f" {clean(rest)}" if rest else "", Tone.STRONG),
            Span(f"  {one_line(self.preview, PREVIEW)}", Tone.DIM),
            right=tuple(edge),
        )


class EventRows:
    """The rows of a stream; `nodes` grows in place as records are added."""

    def __init__(self, head: Iterable[Node] = ()) -> None:
        self.nodes: list[Node] = list(head)
        self.count = 0
        self.last: float | None = None
        self._ending: Sequence[Node] = ()
        self._groups: dict[str, EventGroup] = {}
        self._chat: tuple[str, EventGroup] | None = None

    def extend(self, records: Iterable[TimedEvent]) -> None:
        """Add events in order of arrival."""
        ending = self._ending
        self.end(())
        for record in records:
            self._add(record)
        self.end(ending)

    def end(self, ending: Sequence[Node]) -> None:
        """The rows below all events: a body that is no stream, how it ended, or that it goes on."""
        if self._ending:
            del self.nodes[-len(self._ending) :]
        self._ending = ending
        self.nodes.extend(ending)

    def _add(self, record: TimedEvent) -> None:
        group = self._group_of(record)
        if group is not None:
            group.add(record)
        else:
            if self.last is not None and record.at - self.last >= GAP:
                self.nodes.append(_gap(record.n, record.at - self.last))
            self._place(record)
        self.count += 1
        self.last = record.at

    def _group_of(self, record: TimedEvent) -> EventGroup | None:
        if is_chunk(record):
            about = piece_of(record.members).about
            return self._chat[1] if self._chat is not None and self._chat[0] == about else None
        key = _item_key(record)
        return self._groups.get(key) if key else None

    def _place(self, record: TimedEvent) -> None:
        if is_chunk(record):
            piece = piece_of(record.members)
            if piece.text or piece.words:
                group = EventGroup(f"run:{record.n}", record)
                self._chat = (piece.about, group)
                self.nodes.append(group)
                return
            self._chat = None
        elif key := _item_key(record):
            group = EventGroup(f"group:{key}", record)
            self._groups[key] = group
            self.nodes.append(group)
            return
        self.nodes.append(event_node(record))


def _item_key(record: TimedEvent) -> str:
    """Which output item an event belongs to; "" for the response as a whole."""
    data = record.members
    if "output_index" in data:
        return f"output:{compact(data['output_index'], 20)}"
    return f"id:{data['item_id']}" if isinstance(data.get("item_id"), str) else ""


def _gap(n: int, silence: float) -> Node:
    return Node(f"gap:{n}", row(Span(f"       ── gap {duration(silence)} ──", Tone.FAINT)))


def event_node(record: TimedEvent, *, silence: float = 0.0) -> Node:
    """One event as a row; unfolded, its data."""
    symbol, tone = TONES.get(record.type or kind_words(record), ("", Tone.TEXT))
    if is_unreadable(record) or not record.complete:
        symbol, tone = "⚠", Tone.WARN
    name = kind_words(record) or "unreadable"
    if not record.complete:
        name += " cut off"
    said = error_words(record.members) if symbol in ("✗", "⚠") else ""
    words = one_line(said or detail(record))
    head = row(
        Span(offset(record.at), Tone.DIM),
        Span(f" {symbol}" if symbol else "", tone),
        Span(f" {clean(name)}", tone if symbol else Tone.TEXT),
        Span(f"  {words}" if words else "", Tone.TEXT if symbol == "✗" else Tone.DIM),
        right=Span(f"+{duration(silence)}", Tone.KEY) if silence >= GAP else None,
    )
    body = json_body(record.data) if isinstance(record.data, dict | list) else text_body(record.text)
    held = body if record.text or record.members else None
    return Node(f"event:{record.n}", head, body=held, links=item_links(record.members.get("item")))
