"""The pane of the events: which stream of the exchange it shows, which kinds of events, and where one stands.

Where one stands (`playback`) is the end, unless a person steps, plays or jumps: then every move is told by
`Moved`, and moving the cursor moves it as well.
"""

from __future__ import annotations

from textual import on
from textual.message import Message

from inspector.capture.events import TimedEvent
from inspector.capture.model import Outcome
from inspector.ui.view.event_kinds import Kinds
from inspector.ui.view.events import EventRows
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.playback import Playback
from inspector.ui.view.reading import ExchangeView
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.streams import Stream, choices, state, stream_count, stream_title
from inspector.ui.view.timing import has_ends, has_moments, moment, spacing
from inspector.ui.widgets.pane import Pane
from inspector.ui.widgets.row_list import RowList

ROOMY = 44  # from this width on, the mark of a moment says how to leave it


class EventsPane(Pane):
    """Shows one of an exchange's streams."""

    class Moved(Message):
        """One stands somewhere else in the stream now, or at its end."""

    def __init__(self, label: str, number: str, *, id: str) -> None:
        super().__init__(label, number, id=id)
        self.playback = Playback()
        self.kinds = Kinds.ALL
        self.stream = Stream.SENT
        self.rows: EventRows | None = None
        self._view: ExchangeView | None = None
        self._other = False  # the second stream of an exchange that has two

    def put(self, view: ExchangeView) -> PaneContent:
        """What to show of an exchange; another than before begins at its end."""
        if self._view is None or self._view.exchange.id != view.exchange.id:
            self.playback = Playback()
        self._view = view
        first, *others = choices(view.streams)
        self.stream = others[0] if self._other and others else first
        self.rows = rows = view.streams.get(self.stream)
        if rows is not None:
            rows.choose(self.kinds)
        self.tell_state()
        return PaneContent([] if rows is None else rows.shown, raw=view.bodies.get(self.stream))

    def clear(self) -> None:
        """There is no exchange."""
        self.playback, self.rows, self._view = Playback(), None, None
        self.list.follow = self.list.keeps_cursor = False

    def tell_state(self) -> None:
        """Title, and what the list does with its cursor."""
        view, playback = self._view, self.playback
        if view is None:
            return
        self.list.follow = view.exchange.outcome is Outcome.OPEN and playback.at is None
        self.list.keeps_cursor = playback.at is not None
        told = (state(self.stream, view.streams), self.kinds, self.position)
        self.tell(
            count=stream_count(self.rows),
            counts=stream_title(self.rows, view.exchange),
            remarks=0 if self.rows is None else self.rows.remarks,
            state="  ".join(word for word in told if word),
        )

    @property
    def records(self) -> list[TimedEvent]:
        """The events of the stream that is shown."""
        return [] if self.rows is None else self.rows.records

    @property
    def position(self) -> str:
        """`⏸ 45` where one stands at event 45; "" at the end."""
        at = self.playback.at
        return "" if at is None else f"{self.playback.mark} {at + 1:,}"

    def moment_row(self, number: int, width: int) -> Row:
        """The mark above an answer that is of a moment and not of the end; with room, the way back."""
        records = self.records
        at = f"{self._time_of(records[number])}, " if 0 <= number < len(records) else ""
        words = f" at {at}event {number + 1:,} of {len(records):,}"
        return row(
            Span(self.playback.mark, Tone.WARN),
            Span(words, Tone.STRONG),
            right=Span("L to the end", Tone.DIM) if width >= ROOMY else None,
        )

    def _time_of(self, record: TimedEvent) -> str:
        """When it came, as far as that is known."""
        exchange = None if self._view is None else self._view.exchange
        if exchange is None or has_moments(exchange):
            return moment(record.at).strip()
        even = not has_ends(exchange) or spacing(exchange, self.records) is not None
        return "even pace" if even else moment(record.at, told=False).replace(" ", "")

    @property
    def responses_event(self) -> tuple[Stream, int] | None:
        """Where one stands, by the stream of Responses events; None at the end."""
        at, view = self.playback.at, self._view
        if at is None or view is None:
            return None
        if view.origins is not None and self.stream is view.origins.chat:
            return view.origins.responses, view.origins.by_then(at)
        return self.stream, at

    # What a person does

    def flip(self) -> list[int] | None:
        """To the other stream, None if there is none; which of its events belong to the one of this one."""
        view, rows, span = self._view, self.rows, self._span()
        if view is None or len(choices(view.streams)) < 2:
            return None
        found: list[int] = []
        if rows is not None and span is not None and view.origins is not None:
            at = self.playback.at
            event = rows.records[span[0] if at is None else at]
            found = view.origins.counterparts(self.stream, event)
        self._other = not self._other
        if self.playback.at is not None:
            if found:
                self.playback.seek(found[-1])
            else:
                self.playback.end()
        return found

    def step(self, by: int) -> None:
        """To the event shown after (1) or before (-1) the one where one stands."""
        if self.rows is not None:
            self.stand(self.rows.step(self._from(by), by), past_end=by > 0)

    def jump(self, by: int) -> bool:
        """To the next event that is wrong, remarked on, or came late; False where there is none."""
        found = None if self.rows is None else self.rows.jump(self._from(by), by)
        if found is not None:
            self.stand(found, unfold=True)
        return found is not None

    def toggle(self, clock: float) -> None:
        """Play, or pause."""
        if self.playback.playing:
            self.playback.pause()
        else:
            if (
                self.playback.at is None
                and (span := self._span()) is not None
                and span[1] < len(self.records) - 1
            ):
                self.playback.seek(span[0])
            self.playback.spacing = None if self._view is None else spacing(self._view.exchange, self.records)
            self.playback.play(self.records, clock)
        self._moved()

    def tick(self, clock: float) -> None:
        """Go on, while it plays."""
        if self.playback.advance(self.records, clock):
            self._moved()

    def to_end(self) -> None:
        """Back to the end, which may be live."""
        self.playback.end()
        self.list.action_bottom()
        self._moved()

    def stand(self, number: int | None, *, unfold: bool = False, past_end: bool = False) -> None:
        """Stand at that event; None is nowhere, or, `past_end`, the end."""
        if number is None:
            if past_end and self.playback.at is not None:
                self.to_end()
            return
        self.playback.seek(number)
        self._moved(unfold=unfold)

    @on(RowList.CursorMoved)
    def _follow_cursor(self, message: RowList.CursorMoved) -> None:
        """A person moved the cursor: while one stands somewhere, one goes along."""
        at, node = self.playback.at, message.node
        span = None if self.rows is None else self.rows.span(node)
        if not message.by_person or at is None or (span is not None and span[0] <= at <= span[1]):
            return
        if span is not None:
            self.playback.seek(span[1])
            self._moved(follow=False)
        elif node.key == "ending":
            self.playback.end()
            self._moved(follow=False)

    def reveal(self, number: int, *, unfold: bool) -> None:
        """Put the cursor on an event, or, if it is folded away and not to be unfolded, on what holds it."""
        if self.rows is None or not 0 <= number < self.rows.count:
            return
        path = self.rows.path(number)
        if unfold:
            self.list.reveal(path, by_person=True)
            return
        for key in reversed(path):
            if self.list.select(key, by_person=True):
                break

    def _from(self, by: int) -> int:
        """The event to step from: where one stands, else at the edge of what the cursor is on."""
        if self.playback.at is not None:
            return self.playback.at
        span = self._span()
        if span is None:
            at_top = self.list.cursor < len(self.list.outline) // 2
            return -1 if at_top else len(self.records)
        first, last = span
        return first if first == last else first - (by > 0)

    def _span(self) -> tuple[int, int] | None:
        node = self.list.node
        return self.rows.span(node) if self.rows is not None and node is not None else None

    def _moved(self, *, follow: bool = True, unfold: bool = False) -> None:
        if follow and self.playback.at is not None:
            self.reveal(self.playback.at, unfold=unfold)
        self.tell_state()
        self.list.refresh()
        self.post_message(self.Moved())
