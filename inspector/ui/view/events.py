"""The event stream as rows that grow: deltas folded into their output item, gaps of silence between.

Which rows there are:

    head        the status line, the response's headers below it
    event       one that stands alone: created, completed, error, a comment, something unreadable
    group       an output item, `output_item.added` to `.done`, or a run of chat chunks about one thing
    gap         nothing came for so many seconds
    remark      what the rules of a stream say of its end

A group is placed where its first event was; events of another item that come between go to their own group.
Of all these, `choose` shows some; what a person jumps to is found by number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from inspector.capture.events import TimedEvent
from inspector.protocol.conformance import Remark
from inspector.ui.view.cards import text_body
from inspector.ui.view.event_kinds import ABOUT, Kinds, is_delta
from inspector.ui.view.event_nodes import GAP, EventGroup, EventNode, EventPage, Known, Place, is_trouble
from inspector.ui.view.event_words import is_chunk, piece_of
from inspector.ui.view.measures import duration
from inspector.ui.view.outline import Node
from inspector.ui.view.pretty import compact
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean

END = -1  # in place of an event's number: a remark on the stream as a whole


class EventRows:
    """The rows of a stream; `nodes` grows in place as records are added, `records` are all of them."""

    def __init__(self, head: Iterable[Node] = (), *, gap: float = GAP, timed: bool = True) -> None:
        """`timed`: whether it is known when each event came; else there are no gaps."""
        self._head = list(head)
        self.nodes: list[Node] = list(self._head)
        self.records: list[TimedEvent] = []
        self.troubled: list[int] = []  # numbers of the events that are bad news, or remarked on
        self._known = Known(gap=gap, timed=timed)
        self._said = 0  # remarks
        self._points: list[int] = []  # where one may want to jump to: troubled ones, and the ends of gaps
        self._ending: Sequence[Node] = ()
        self._last_words: list[Node] = []
        self._below: list[Node] = []
        self._owners: list[EventGroup | None] = []  # by number
        self._groups: dict[str, EventGroup] = {}
        self._chat: tuple[str, EventGroup] | None = None

    @property
    def count(self) -> int:
        """How many events there are."""
        return len(self.records)

    @property
    def remarks(self) -> int:
        """How many remarks there are on these events and on their end."""
        return self._said

    @property
    def kinds(self) -> Kinds:
        """Which events are shown."""
        return self._known.kinds

    def choose(self, kinds: Kinds) -> None:
        """Show these events only."""
        self._known.kinds = kinds

    def tell_places(self, place: Place) -> None:
        """How an unfolded event says where it came from."""
        self._known.place = place

    def extend(self, records: Iterable[TimedEvent], remarks: Iterable[tuple[int, Remark]] = ()) -> None:
        """Add events in order of arrival, and what there is to say about them, by their numbers."""
        del self.nodes[len(self.nodes) - len(self._below) :]
        for n, remark in remarks:
            self._said += 1
            if n == END:
                self._last_words.append(remark_node(f"remark:{len(self._last_words)}", remark))
            else:
                self._known.remarks.setdefault(n, []).append(remark)
        for record in records:
            self._add(record)
        self._join()

    def end(self, ending: Sequence[Node]) -> None:
        """The rows below all events: a body that is no stream, how it ended, or that it goes on."""
        del self.nodes[len(self.nodes) - len(self._below) :]
        self._ending = ending
        self._join()

    def _join(self) -> None:
        self._below = [*self._last_words, *self._ending]
        self.nodes.extend(self._below)

    @property
    def shown(self) -> Sequence[Node]:
        """The nodes of the chosen kinds."""
        kinds = self.kinds
        if kinds in (Kinds.ALL, Kinds.STEPS):
            return self.nodes
        if kinds is Kinds.REMARKS:
            found: list[Node] = [EventNode(self.records[n], self._known) for n in self.troubled]
        elif kinds in ABOUT:
            found = [node for node in self.nodes if isinstance(node, EventGroup) and node.about is kinds]
        else:
            found = [node for node in self.nodes if isinstance(node, EventNode)]
        return [*self._head, *found, *self._below]

    # By number

    def shows(self, number: int) -> bool:
        """Whether an event is of the chosen kinds."""
        kinds = self.kinds
        if kinds is Kinds.ALL:
            return True
        if kinds is Kinds.STEPS:
            return self._owners[number] is None or not is_delta(self.records[number])
        if kinds is Kinds.REMARKS:
            found = bisect_left(self.troubled, number)
            return found < len(self.troubled) and self.troubled[found] == number
        owner = self._owners[number]
        return owner is None if kinds is Kinds.LIFECYCLE else owner is not None and owner.about is kinds

    def step(self, number: int, by: int) -> int | None:
        """The next event shown after (1) or before (-1) that number; None where there is none."""
        every = range(number + 1, self.count) if by > 0 else range(min(number, self.count) - 1, -1, -1)
        return next((n for n in every if self.shows(n)), None)

    def jump(self, number: int, by: int) -> int | None:
        """The next event after (1) or before (-1) that number that is wrong, remarked on, or came late."""
        if by > 0:
            found = bisect_right(self._points, number)
            return self._points[found] if found < len(self._points) else None
        found = bisect_left(self._points, number)
        return self._points[found - 1] if found else None

    def path(self, number: int) -> tuple[str, ...]:
        """The keys of the nodes that lead to an event, its own last."""
        owner = self._owners[number]
        if owner is None or self.kinds is Kinds.REMARKS:
            return (f"event:{number}",)
        return owner.path(self.records[number])

    def span(self, node: Node) -> tuple[int, int] | None:
        """The first and the last event of a node; None for one that is about no event."""
        if isinstance(node, EventNode):
            return node.record.n, node.record.n
        if isinstance(node, EventGroup):
            return node.records[0].n, node.records[-1].n
        return node.span if isinstance(node, EventPage) else None

    # Within

    def _add(self, record: TimedEvent) -> None:
        number = len(self.records)
        since = record.at - self.records[-1].at if self.records else 0.0
        silent = self._known.timed and bool(self.records) and since >= self._known.gap
        group = self._group_of(record)
        if group is not None:
            group.add(record)
        else:
            if silent:
                self.nodes.append(_gap(record.n, since))
            group = self._place(record)
        self.records.append(record)
        self._owners.append(group)
        troubled = number in self._known.remarks or is_trouble(record)
        if troubled:
            self.troubled.append(number)
        if troubled or silent:
            self._points.append(number)

    def _group_of(self, record: TimedEvent) -> EventGroup | None:
        if is_chunk(record):
            about = piece_of(record.members).about
            return self._chat[1] if self._chat is not None and self._chat[0] == about else None
        key = _item_key(record)
        return self._groups.get(key) if key else None

    def _place(self, record: TimedEvent) -> EventGroup | None:
        """A row for an event that begins one; the group that it begins, if it does."""
        group: EventGroup | None = None
        if is_chunk(record):
            piece = piece_of(record.members)
            self._chat = None
            if piece.text or piece.words:
                group = EventGroup(f"run:{record.n}", record, self._known)
                self._chat = (piece.about, group)
        elif key := _item_key(record):
            group = self._groups[key] = EventGroup(f"group:{key}", record, self._known)
        self.nodes.append(EventNode(record, self._known) if group is None else group)
        return group


def _item_key(record: TimedEvent) -> str:
    """Which output item an event belongs to; "" for the response as a whole."""
    data = record.members
    if "output_index" in data:
        return f"output:{compact(data['output_index'], 20)}"
    return f"id:{data['item_id']}" if isinstance(data.get("item_id"), str) else ""


def _gap(n: int, silence: float) -> Node:
    return Node(f"gap:{n}", row(Span(f"       ── gap {duration(silence)} ──", Tone.FAINT)))


def remark_node(key: str, remark: Remark) -> Node:
    """What the rules say of the stream as a whole, below its events."""
    head = row(Span("       "), Span("⚠", Tone.WARN), Span(f" {clean(remark.rule)}", Tone.WARN))
    return Node(key, head, body=text_body(remark.text, Tone.WARN), opened=True)
