"""One response leg while it comes in: bytes to events, and to the Response that they amount to.

Lives in the thread that reads the capture. A leg that speaks Chat Completions has a translator: besides the
chunks that passed, it gives the Responses events that they amount to.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.capture.encodings import Decoder
from inspector.capture.events import EventReader, MessageReader, TimedEvent
from inspector.capture.model import Chunk, Headers
from inspector.protocol.conformance import Checker, Remark
from inspector.protocol.json_text import parse
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import Note, StreamEvent, StreamFailure, StreamTranslator
from inspector.ui.view.events import END
from inspector.ui.view.moments import Moments
from inspector.ui.view.pane_content import Passed
from inspector.ui.view.text import decode

STARTS = (b"data:", b"event:", b":", b"id:", b"retry:")


@dataclass(slots=True)
class Taken:
    """What bytes brought: the events that passed, those that they amount to, remarks by an event's number."""

    passed: list[TimedEvent] = field(default_factory=list)
    derived: list[TimedEvent] = field(default_factory=list)
    remarks: list[tuple[int, Remark]] = field(default_factory=list)


class StreamReading:
    """Reads a leg. `is_events` is None until the first bytes tell, where the headers do not."""

    def __init__(
        self,
        headers: Headers,
        status: int | None,
        translator: StreamTranslator | None = None,
        *,
        checked: bool = False,
        messages: bool = False,
    ) -> None:
        """`translator`: the leg speaks Chat Completions; `checked`: it has to keep the rules of Responses;
        `messages`: they are a WebSocket's, each an event."""
        self.headers = headers
        self.status = status
        self.seen = 0  # chunks taken
        told = next((value for name, value in headers if name.lower() == "content-type"), "")
        self.is_events: bool | None = True if messages or "event-stream" in told.lower() else None
        self._encoding = Decoder(headers)
        self._events = MessageReader() if messages else EventReader()
        self._messages = messages
        self._body = bytearray()
        self._moments = Moments()
        self._checker = Checker() if checked else None
        self._chat = translator
        self._last = (0.0, 0)  # when the last chunk came, and its number
        self._count = 0  # derived events
        self._seen = False  # by the checker: any event

    @property
    def problem(self) -> str | None:
        """Why the body could not be decoded whole."""
        return self._encoding.problem

    @property
    def notes(self) -> Sequence[Note]:
        """What the translator left out, repaired or guessed."""
        return () if self._chat is None else tuple(self._chat.notes)

    @property
    def body(self) -> str:
        """The body so far, as text."""
        return decode(bytes(self._body))

    @property
    def passed(self) -> Passed:
        """The body so far, to be made text later."""
        return Passed(self._body)

    def feed(self, chunks: Iterable[Chunk]) -> Taken:
        """Take in chunks; the events they complete."""
        taken = Taken()
        for chunk in chunks:
            self.seen = max(self.seen, chunk.n + 1)
            data = chunk.data if self._messages else self._encoding.feed(chunk.data)
            if not data and not self._messages:
                continue
            self._body += data + b"\n" if self._messages else data
            self._last = (chunk.at, chunk.n)
            if self.is_events is None:
                self.is_events = bytes(self._body[:64]).lstrip().startswith(STARTS)
            if self.is_events:
                self._read(self._events.feed(data, chunk.at, chunk.n), taken)
                if self._chat is not None:
                    taken.derived += self._derive(self._chat.feed(data))
        return taken

    def close(self, broken: str | None = None) -> Taken:
        """The leg is over, `broken` off in these words if it did not end by itself."""
        if self.is_events:
            taken = Taken()
            self._read(self._events.close(), taken)
            if self._chat is not None:
                failure = StreamFailure("server_error", broken) if broken else None
                taken.derived = self._derive(self._chat.close(failure))
            taken.remarks += self._last_remarks()
            return taken
        if self._chat is not None and (completion := self._completion()) and "choices" in completion:
            return Taken([], self._derive(self._chat.feed_completion(completion)))
        return Taken()

    def response(self) -> dict[str, Any] | None:
        """The Response so far, a copy since more may come; None where it is no Response that came."""
        if self.is_events or self._count:
            return copy.deepcopy(self._moments.now.response)
        value = None if self._chat is not None else self._completion()
        return value if value is not None and "output" in value else None

    def response_at(self, number: int) -> dict[str, Any]:
        """The Response as it was at one of its events: of those derived, where there are some."""
        return self._moments.at(number)

    @property
    def is_over(self) -> bool:
        """Whether the stream itself said how it ended."""
        return self._moments.now.terminal is not None

    @property
    def value(self) -> Any:
        """The body so far where it is JSON, else None."""
        try:
            return parse(self.body)
        except ValueError:
            return None

    def _completion(self) -> dict[str, Any] | None:
        """A good answer's body where it is no event stream."""
        value = self.value if (self.status or 200) < 400 else None
        return value if isinstance(value, dict) else None

    def _read(self, records: list[TimedEvent], taken: Taken) -> None:
        """Events of the Responses API go straight into the answer; what clients see of them is checked."""
        taken.passed += records
        for record in records:
            if self._chat is None and record.members and record.complete:
                self._moments.feed(record.n, record.members)
            if self._checker is not None and record.dispatched and record.complete:
                self._seen = True
                before = len(self._checker.remarks)
                self._checker.feed(record.data)
                taken.remarks += ((record.n, remark) for remark in self._checker.remarks[before:])

    def _last_remarks(self) -> list[tuple[int, Remark]]:
        """What is missing at the end of a stream that had a beginning."""
        if self._checker is None or not self._seen:
            return []
        before = len(self._checker.remarks)
        self._checker.close()
        return [(END, remark) for remark in self._checker.remarks[before:]]

    def _derive(self, events: Iterable[StreamEvent]) -> list[TimedEvent]:
        at, chunk = self._last
        derived = []
        for event in events:
            self._moments.feed(self._count, event.data)
            derived.append(
                TimedEvent(self._count, at, event.type, event.data, chunk=chunk, offset=event.offset)
            )
            self._count += 1
        return derived


def translator(
    request: dict[str, Any],
    tools: ToolNames,
    *,
    codex_client: bool = False,
    dual: bool = False,
    now: float = 0.0,
) -> StreamTranslator:
    """A translator for the view: what it makes up (ids, times) is the same whenever one looks."""
    return StreamTranslator(
        request=request,
        tools=tools,
        model=str(request.get("model", "")),
        codex_client=codex_client,
        profile="dual" if dual else "official",
        now=lambda: now,
        new_id=_ids(),
    )


def _ids() -> Callable[[str], str]:
    counts: dict[str, int] = {}

    def new_id(prefix: str) -> str:
        counts[prefix] = counts.get(prefix, 0) + 1
        return f"{prefix}_{counts[prefix]}"

    return new_id
