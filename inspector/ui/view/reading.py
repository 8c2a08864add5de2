"""One exchange read for the screen: its panes, and its streams, which may still be coming in.

Everything here runs in the thread that reads the capture. `open_exchange` does what can be done at once;
`Reading.more` takes in what came since. What it hands out is the screen's from then on and is not touched
here again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from inspector.capture.events import TimedEvent
from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Outcome
from inspector.protocol.azure import Operation
from inspector.ui.view.cards import json_body, text_body
from inspector.ui.view.events import EventRows
from inspector.ui.view.measures import counted, duration, offset, size
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.panes import payload_pane, read_body, request_pane, translation
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import headers_node
from inspector.ui.view.stream import StreamReading
from inspector.ui.view.text import clean
from inspector.ui.view.words import ENDS, status_line

RESPONSES = (Leg.RESPONSE, Leg.UPSTREAM_RESPONSE)

NO_TRANSLATION: dict[str, str] = {
    Operation.CHAT: "This request is a Chat request already: there is nothing to translate.",
    Operation.CREATE: "The request is no JSON object: there is nothing to translate.",
}


@dataclass(slots=True)
class ExchangeView:
    """An exchange as the panes show it."""

    exchange: Exchange
    request: PaneContent
    payload: PaneContent
    streams: dict[Leg, EventRows]
    bodies: dict[Leg, str]  # as they passed, for the raw view
    answer: PaneContent
    tracebacks: tuple[str, ...] = ()


@dataclass(slots=True)
class Growth:
    """What came in since the view, or the growth before."""

    exchange: Exchange
    records: dict[Leg, list[TimedEvent]]
    bodies: dict[Leg, str]
    answer: PaneContent
    endings: dict[Leg, list[Node]] = field(default_factory=dict)


class Reading:
    """The reader's side of an exchange on screen."""

    def __init__(self, detail: ExchangeDetail) -> None:
        self.detail = detail
        self._streams: dict[Leg, StreamReading] = {}
        self._closed: set[Leg] = set()

    @property
    def seen(self) -> dict[Leg, int]:
        """How many chunks of each response leg have been taken in."""
        return {leg: stream.seen for leg, stream in self._streams.items()}

    def outgrown(self, exchange: Exchange) -> bool:
        """Whether the exchange has parts now that were not there when it was read: read it anew."""
        before, legs = self.detail.exchange, self.detail.legs
        return (
            (before.request_done is None and exchange.request_done is not None)
            or (exchange.status is not None and Leg.RESPONSE not in legs)
            or (exchange.mode == "bridge" and len(legs) < len(Leg) and exchange.revision != before.revision)
        )

    def view(self) -> ExchangeView:
        """The panes. Call it once."""
        detail, exchange = self.detail, self.detail.exchange
        asked = detail.legs.get(Leg.REQUEST)
        body = read_body(asked)
        translated = translation(exchange.operation, body, asked.headers if asked else ())
        sent = detail.legs.get(Leg.UPSTREAM_REQUEST) if exchange.mode == "bridge" else None
        why = NO_TRANSLATION.get(exchange.operation, "This call has no Chat form.")
        payload = payload_pane(translated, body.value, sent, why)
        request = body.value if isinstance(body.value, dict) else {}
        streams: dict[Leg, EventRows] = {}
        for leg in RESPONSES:
            message = detail.legs.get(leg)
            if message is None:
                continue
            is_chat = exchange.operation == Operation.CHAT or (
                leg is Leg.UPSTREAM_RESPONSE and sent is not None
            )
            stream = StreamReading(message.headers, message.status, request, chat=is_chat)
            self._streams[leg] = stream
            streams[leg] = EventRows(self._head(leg))
            streams[leg].extend(
                self._take(leg, [chunk for chunk in detail.chunks if chunk.leg is leg], exchange)
            )
        endings = self._endings(exchange)
        for leg in endings.keys() - streams.keys():
            streams[leg] = EventRows()
        for leg, ending in endings.items():
            streams[leg].end(ending)
        return ExchangeView(
            exchange=exchange,
            request=request_pane(asked, body),
            payload=payload,
            streams=streams,
            bodies=self._bodies(),
            answer=self._answer(),
            tracebacks=detail.tracebacks,
        )

    def more(self, exchange: Exchange, chunks: dict[Leg, list[Chunk]]) -> Growth:
        """Take in what came since."""
        self.detail = replace(self.detail, exchange=exchange)
        records = {leg: self._take(leg, chunks.get(leg, []), exchange) for leg in self._streams}
        return Growth(exchange, records, self._bodies(), self._answer(), self._endings(exchange))

    def _take(self, leg: Leg, chunks: list[Chunk], exchange: Exchange) -> list[TimedEvent]:
        records = self._streams[leg].feed(chunks)
        if exchange.outcome is not Outcome.OPEN and leg not in self._closed:
            self._closed.add(leg)
            records += self._streams[leg].close()
        return records

    def _bodies(self) -> dict[Leg, str]:
        return {leg: stream.body for leg, stream in self._streams.items()}

    def _answer(self) -> PaneContent:
        stream = self._streams.get(Leg.RESPONSE)
        content = stream.answer() if stream is not None else PaneContent([])
        if not content.nodes and self.detail.exchange.outcome is not Outcome.OPEN:
            content.nodes = [Node("none", row(Span("Nothing came.", Tone.DIM)))]
        return content

    def _head(self, leg: Leg) -> Node:
        """The status line, with the headers below it."""
        stream, exchange = self._streams[leg], self.detail.exchange
        fields = headers_node(f"headers:{leg}", "headers", stream.headers)
        good = (stream.status or 500) < 400
        at = offset(exchange.first_byte) if exchange.first_byte is not None else " " * 6
        said = Span(f" {status_line(stream.status)}", Tone.ROLE if good else Tone.BAD)
        head = row(Span(at, Tone.DIM), said, right=counted(len(stream.headers), "header"))
        return Node(f"head:{leg}", head, branches=fields.below())

    def _endings(self, exchange: Exchange) -> dict[Leg, list[Node]]:
        """The last rows of each stream."""
        if exchange.outcome is Outcome.OPEN:
            words = "streaming" if self._streams else "waiting for the answer"
            last = Node("ending", row(Span("       "), Span("▶", Tone.LIVE), Span(f" {words}", Tone.LIVE)))
            return {leg: [last] for leg in self._streams or [Leg.RESPONSE]}
        return {
            leg: [*self._body(leg), self._ending(leg, exchange)] for leg in self._streams or [Leg.RESPONSE]
        }

    def _body(self, leg: Leg) -> list[Node]:
        """A body that is no event stream, as a row of its own."""
        stream = self._streams.get(leg)
        if stream is None or stream.is_events or not stream.body:
            return []
        content = stream.answer()
        body = json_body(content.value) if content.value is not None else text_body(stream.body)
        head = row(Span("       body", Tone.ROLE), right=size(len(stream.body)))
        return [Node(f"body:{leg}", head, body=body, opened=True)]

    def _ending(self, leg: Leg, exchange: Exchange) -> Node:
        stream = self._streams.get(leg)
        at = Span(offset(exchange.ended) if exchange.ended is not None else " " * 6, Tone.DIM)
        problem = stream.problem if stream else None
        if exchange.outcome is Outcome.COMPLETE and problem is None:
            return Node("ending", row(at, Span(" ── end ──", Tone.FAINT)))
        words = problem or exchange.error or ENDS.get(exchange.outcome, "")
        short = ENDS.get(exchange.outcome, "the body could not be read")
        tone = Tone.WARN if exchange.outcome in (Outcome.CLIENT_GONE, Outcome.INTERRUPTED) else Tone.BAD
        head = row(at, Span(" ⚠ " if tone is Tone.WARN else " ✗ ", tone), Span(clean(short), tone))
        return Node(
            "ending", head, body=text_body(words, tone) if words and words != short else None, opened=True
        )


def stream_title(rows: EventRows | None, exchange: Exchange) -> str:
    """The counts of the third pane: `212  3.41 s`."""
    count = stream_count(rows)
    took = duration(exchange.ended) if exchange.ended is not None else ""
    return "  ".join(part for part in (count, took) if part)


def stream_count(rows: EventRows | None) -> str:
    """How many events there are; "" for none."""
    return f"{rows.count:,}" if rows is not None and rows.count else ""


def pick_leg(view: ExchangeView, upstream: bool) -> Leg:
    """Which response leg the third pane shows."""
    return Leg.UPSTREAM_RESPONSE if upstream and Leg.UPSTREAM_RESPONSE in view.streams else Leg.RESPONSE
