"""One exchange read for the screen: its panes, and its streams, which may still be coming in.

Everything here runs in the thread that reads the capture. `Reading.view` does what can be done at once;
`Reading.more` takes in what came since. What they hand out is the screen's from then on and is not touched
here again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from inspector.capture.events import TimedEvent
from inspector.capture.holds import State
from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Outcome
from inspector.capture.sockets import METHOD
from inspector.capture.stored_history import Items
from inspector.capture.translated import chat_request, repaired_request
from inspector.protocol.azure import Operation
from inspector.protocol.codex import identify
from inspector.protocol.conformance import Remark
from inspector.protocol.progress import Progress, untold
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import StreamTranslator
from inspector.ui.view.answer import answer_pane, moment_pane
from inspector.ui.view.asked import is_resumed, with_line
from inspector.ui.view.chat_answer import chat_answer_nodes
from inspector.ui.view.event_nodes import GAP
from inspector.ui.view.events import EventRows
from inspector.ui.view.hold.told import Told, in_answer, in_request
from inspector.ui.view.origins import Origins
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent, Passed
from inspector.ui.view.panes import Body, payload_pane, read_body, repaired_pane, request_pane
from inspector.ui.view.source import COMING, NO_REQUEST, NOT_THERE, absent_body, with_source
from inspector.ui.view.stream import StreamReading, translator
from inspector.ui.view.stream_frame import ending, head
from inspector.ui.view.streams import Stream
from inspector.ui.view.timing import has_moments
from inspector.ui.view.words import trouble

NO_TRANSLATION: dict[str, str] = {
    Operation.CHAT: "This is a Chat request already: it is in the pane of the request as it was sent.",
    Operation.CREATE: "The request is no JSON object.",
}

AT_ONCE = 500  # chunks between two words about how far it is

CHECKED = (Operation.CREATE, Operation.GET)  # what is answered by a stream that has rules

PASSED = {Leg.RESPONSE: Stream.SENT, Leg.UPSTREAM_RESPONSE: Stream.UPSTREAM}


@dataclass(slots=True)
class ExchangeView:
    """An exchange as the panes show it; of its streams the first is the one to show first."""

    exchange: Exchange
    request: PaneContent
    payload: PaneContent
    streams: dict[Stream, EventRows]
    bodies: dict[Stream, Passed]  # for the raw view
    answer: PaneContent
    origins: Origins | None = None  # where one of two streams was made from the other
    tracebacks: tuple[str, ...] = ()


@dataclass(slots=True)
class Growth:
    """What came in since the view, or the growth before."""

    exchange: Exchange
    records: dict[Stream, list[TimedEvent]]
    bodies: dict[Stream, Passed]
    payload: PaneContent
    answer: PaneContent
    endings: dict[Stream, list[Node]] = field(default_factory=dict)
    remarks: dict[Stream, list[tuple[int, Remark]]] = field(default_factory=dict)
    made: list[TimedEvent] = field(default_factory=list)  # what a chat stream amounts to, sent or not
    request: PaneContent | None = None  # where it has to be shown anew: something of it was held


@dataclass(frozen=True, slots=True)
class Moment:
    """The answer as it was at an event of a stream of Responses events; so too below the chat payload."""

    exchange_id: int
    stream: Stream
    number: int
    answer: PaneContent
    payload: PaneContent


@dataclass(slots=True)
class _Took:
    """What chunks brought."""

    records: dict[Stream, list[TimedEvent]] = field(default_factory=dict)
    remarks: dict[Stream, list[tuple[int, Remark]]] = field(default_factory=dict)
    made: list[TimedEvent] = field(default_factory=list)


class Reading:
    """The reader's side of an exchange on screen."""

    def __init__(
        self,
        detail: ExchangeDetail,
        history: Items | None = None,
        *,
        gap: float = GAP,
        held: Sequence[Told] = (),
    ) -> None:
        """`history`: what `previous_response_id` stands for, if known; `gap`: seconds of silence; `held`:
        what was ever held of it.
        """
        self.detail = detail
        self.held = tuple(held)
        self._gap = gap
        self._history = history
        self._payload = PaneContent([])
        self._shows_chat = False
        self._tools = ToolNames()
        self._legs: dict[Leg, StreamReading] = {}
        self._closed = False

    @property
    def seen(self) -> dict[Leg, int]:
        """How many chunks of each response leg have been taken in."""
        return {leg: stream.seen for leg, stream in self._legs.items()}

    @property
    def goes_on(self) -> bool:
        """Whether there may be more to come."""
        exchange = self.detail.exchange
        return exchange.outcome is Outcome.OPEN or exchange.awaited or self.waits

    @property
    def waits(self) -> bool:
        """Whether something of it is held now."""
        return any(told.held.state is State.HELD for told in self.held)

    def outgrown(self, exchange: Exchange) -> bool:
        """Whether the exchange has parts now that were not there when it was read: read it anew."""
        before, legs = self.detail.exchange, self.detail.legs
        return (
            (before.request_done is None and exchange.request_done is not None)
            or before.awaited is not exchange.awaited
            or (exchange.status is not None and Leg.RESPONSE not in legs)
            or (exchange.mode == "bridge" and len(legs) < len(Leg) and exchange.revision != before.revision)
        )

    def view(self, progress: Progress = untold) -> ExchangeView:
        """The panes. Call it once; `progress` is told of chunks."""
        detail, exchange = self.detail, self.detail.exchange
        body = read_body(detail.legs.get(Leg.REQUEST))
        self._payload = self._middle_pane(body.value)
        request = body.value if isinstance(body.value, dict) else {}
        for leg in PASSED:
            if (stream_of_leg := self._read_leg(leg, request)) is not None:
                self._legs[leg] = stream_of_leg
        streams = {
            stream: EventRows(
                head(self._legs[leg], exchange, leg.value, derived=stream is Stream.DERIVED),
                gap=self._gap,
                timed=has_moments(exchange),
            )
            for stream, leg in self._streams()
        }
        taken = self._take(detail.chunks, exchange, progress)
        for stream, records in taken.records.items():
            streams[stream].extend(records, taken.remarks.get(stream, ()))
        origins = self._origins()
        if origins is not None:
            origins.take(taken.records, taken.made)
            for stream in (origins.chat, origins.responses):
                if stream in streams:
                    streams[stream].tell_places(partial(origins.words, stream))
        for stream, nodes in self._endings(exchange).items():
            streams.setdefault(stream, EventRows()).end(nodes)
        payload, answer = self._results()
        return ExchangeView(
            exchange=exchange,
            request=self._request(body),
            payload=payload,
            streams=streams,
            bodies=self._bodies(),
            answer=answer,
            origins=origins,
            tracebacks=detail.tracebacks,
        )

    def more(self, exchange: Exchange, chunks: dict[Leg, list[Chunk]], held: Sequence[Told] = ()) -> Growth:
        """Take in what came since; `held`: all that was ever held of it by now."""
        self.detail = replace(self.detail, exchange=exchange)
        request: PaneContent | None = None
        if tuple(held) != self.held:
            self.held = tuple(held)
            request = self._request(read_body(self.detail.legs.get(Leg.REQUEST)))
        taken = self._take((chunk for each in chunks.values() for chunk in each), exchange)
        payload, answer = self._results()
        return Growth(
            exchange=exchange,
            records=taken.records,
            remarks=taken.remarks,
            made=taken.made,
            bodies=self._bodies(),
            payload=payload,
            answer=answer,
            endings=self._endings(exchange),
            request=request,
        )

    def moment(self, stream: Stream, number: int) -> Moment | None:
        """The answer at an event of a stream of Responses events; None where there is no such stream."""
        reading = self._legs.get(Leg.RESPONSE)
        if reading is None or stream not in (Stream.SENT, Stream.DERIVED):
            return None
        response, derived = reading.response_at(number), stream is Stream.DERIVED
        answer = moment_pane(response, derived=derived)
        payload = self._payload_with(response, goes_on=True, at=number) if self._shows_chat else self._payload
        return Moment(self.detail.exchange.id, stream, number, answer, payload)

    def _origins(self) -> Origins | None:
        """Where the streams of this exchange are made of each other."""
        if self._has_derived(Leg.RESPONSE):
            return Origins(Stream.SENT, Stream.DERIVED)
        return Origins(Stream.UPSTREAM, Stream.SENT) if self.detail.exchange.mode == "bridge" else None

    def _request(self, body: Body) -> PaneContent:
        exchange = self.detail.exchange
        sent, absent = self.detail.legs.get(Leg.REQUEST), None
        if exchange.source is not None:
            absent = absent_body(exchange, NO_REQUEST if sent is None else NOT_THERE)
        content = request_pane(sent, body, absent)
        return in_request(with_source(with_line(content, exchange), exchange), self.held)

    def _is_absent(self, leg: Leg) -> bool:
        """Whether the file that it was read from does not hold a leg's body, or not yet."""
        message = self.detail.legs.get(leg)
        return message is not None and message.absent

    def _middle_pane(self, request: Any) -> PaneContent:
        """What became of the request: repaired, or translated, inline or only here."""
        detail, mode = self.detail, self.detail.exchange.mode
        sent = detail.legs.get(Leg.UPSTREAM_REQUEST)
        if mode == "repair" and (repaired := repaired_request(detail)) is not None:
            return repaired_pane(repaired, sent or detail.legs[Leg.REQUEST])
        translated = chat_request(detail, self._history)
        if translated is not None:
            self._shows_chat, self._tools = mode == "observe", translated.tools
        why = NO_TRANSLATION.get(detail.exchange.operation, "This call has no Chat form.")
        if detail.exchange.source is not None and Leg.REQUEST not in detail.legs:
            why = NO_REQUEST
        elif self._is_absent(Leg.REQUEST):
            why = COMING if detail.exchange.awaited else NOT_THERE
        return payload_pane(translated, request, sent if mode == "bridge" else None, why)

    def _read_leg(self, leg: Leg, request: dict[str, Any]) -> StreamReading | None:
        message = self.detail.legs.get(leg)
        if message is None:
            return None
        made: StreamTranslator | None = None
        if leg is Leg.UPSTREAM_RESPONSE and self.detail.exchange.mode == "bridge":
            is_codex = identify(self.detail.legs[Leg.REQUEST].headers).is_codex
            dual = self.detail.options.get("events") == "dual"
            made = translator(request, self._tools, codex_client=is_codex, dual=dual)
        elif leg is Leg.RESPONSE and self.detail.exchange.operation == Operation.CHAT:
            made = translator({}, ToolNames())
        exchange = self.detail.exchange
        # What begins in the middle breaks rules that whole streams have to keep.
        checked = leg is Leg.RESPONSE and exchange.operation in CHECKED and not is_resumed(exchange)
        # A handshake holds none at first, and may come to.
        messages = message.is_messages or exchange.method == METHOD
        messages = messages or (exchange.operation == Operation.CONNECT and message.status == 101)
        return StreamReading(message.headers, message.status, made, checked=checked, messages=messages)

    def _take(self, chunks: Iterable[Chunk], exchange: Exchange, progress: Progress = untold) -> _Took:
        """What these chunks bring to each stream, and, once the exchange has ended, its end."""
        of_leg: dict[Leg, list[Chunk]] = {leg: [] for leg in self._legs}
        for chunk in chunks:
            if chunk.leg in of_leg:
                of_leg[chunk.leg].append(chunk)
        ends = exchange.outcome is not Outcome.OPEN and not self._closed
        self._closed = self._closed or ends
        broken = trouble(exchange) or None if exchange.outcome is not Outcome.COMPLETE else None
        found = _Took()
        done, total = 0, sum(map(len, of_leg.values()))
        for leg, stream in self._legs.items():
            given, taken = of_leg[leg], []
            for start in range(0, len(given), AT_ONCE):
                progress(done + start, total)
                taken.append(stream.feed(given[start : start + AT_ONCE]))
            done += len(given)
            if ends and not self._is_absent(leg):  # what is not here has no end either
                taken.append(stream.close(broken))
            found.records[PASSED[leg]] = [event for each in taken for event in each.passed]
            found.remarks[PASSED[leg]] = [remark for each in taken for remark in each.remarks]
            found.made += [event for each in taken for event in each.derived]
            if self._has_derived(leg):
                found.records[Stream.DERIVED] = found.made
        return found

    def _has_derived(self, leg: Leg) -> bool:
        return leg is Leg.RESPONSE and self.detail.exchange.operation == Operation.CHAT

    def _streams(self) -> Iterable[tuple[Stream, Leg]]:
        for leg in self._legs:
            yield PASSED[leg], leg
            if self._has_derived(leg):
                yield Stream.DERIVED, leg

    def _bodies(self) -> dict[Stream, Passed]:
        return {stream: self._legs[leg].passed for stream, leg in self._streams()}

    def _endings(self, exchange: Exchange) -> dict[Stream, list[Node]]:
        found = {
            stream: ending(self._legs[leg], exchange, leg.value, derived=stream is Stream.DERIVED)
            for stream, leg in self._streams()
        }
        for stream, leg in self._streams():
            if self._is_absent(leg):
                found[stream].insert(0, absent_body(exchange))
        if Stream.SENT not in found:
            found[Stream.SENT] = ending(None, exchange, Leg.RESPONSE.value, derived=False)
        return found

    def _results(self) -> tuple[PaneContent, PaneContent]:
        """The payload and the answer, as far as both are known now."""
        exchange, stream = self.detail.exchange, self._legs.get(Leg.RESPONSE)
        response = stream.response() if stream is not None else None
        notes = [note for leg in self._legs.values() for note in leg.notes]
        answer = answer_pane(stream, response, exchange, notes, derived=self._has_derived(Leg.RESPONSE))
        if self._is_absent(Leg.RESPONSE):
            answer = PaneContent([absent_body(exchange)])
        answer = in_answer(answer, self.held)
        if response is None or not response.get("output") or not self._shows_chat:
            return self._payload, answer
        return self._payload_with(response, goes_on=exchange.outcome is Outcome.OPEN), answer

    def _payload_with(self, response: dict[str, Any], *, goes_on: bool, at: int | None = None) -> PaneContent:
        """The chat payload, and below it what was answered, by the event of that number if there is one."""
        below = chat_answer_nodes(response, self._tools, goes_on=goes_on, at=at)
        return replace(self._payload, nodes=[*self._payload.nodes, *below])
