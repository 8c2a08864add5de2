"""One response leg while it comes in: bytes to events, to the answer they amount to.

Lives in the thread that reads the capture. The rows are made there once (`rows`) and then handed to the
screen, which adds what `feed` returns from then on.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from inspector.capture.encodings import Decoder
from inspector.capture.events import EventReader, TimedEvent
from inspector.capture.model import Chunk, Headers
from inspector.protocol.accumulate import Accumulator
from inspector.protocol.json_text import parse
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_response import translate_response
from inspector.protocol.translate_stream import StreamTranslator
from inspector.ui.view.answer import answer_nodes, error_nodes
from inspector.ui.view.measures import counted
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.text import decode

STARTS = (b"data:", b"event:", b":", b"id:", b"retry:")


class StreamReading:
    """Reads a leg. `is_events` is None until the first bytes tell, where the headers do not."""

    def __init__(self, headers: Headers, status: int | None, request: dict[str, Any], *, chat: bool) -> None:
        """`chat`: the leg speaks Chat Completions; its answer is what the translation would make of it."""
        self.headers = headers
        self.status = status
        self.seen = 0  # chunks taken
        told = next((value for name, value in headers if name.lower() == "content-type"), "")
        self.is_events: bool | None = True if "event-stream" in told.lower() else None
        self._request = request
        self._encoding = Decoder(headers)
        self._events = EventReader()
        self._body = bytearray()
        self._answer = Accumulator()
        model = str(request.get("model", ""))
        self._chat = StreamTranslator(request=request, tools=ToolNames(), model=model) if chat else None

    @property
    def problem(self) -> str | None:
        """Why the body could not be decoded whole."""
        return self._encoding.problem

    def feed(self, chunks: Iterable[Chunk]) -> list[TimedEvent]:
        """Take in chunks; the events they complete."""
        records: list[TimedEvent] = []
        for chunk in chunks:
            self.seen = max(self.seen, chunk.n + 1)
            data = self._encoding.feed(chunk.data)
            if not data:
                continue
            self._body += data
            if self.is_events is None:
                self.is_events = bytes(self._body[:64]).lstrip().startswith(STARTS)
            if self.is_events:
                records.extend(self._events.feed(data, chunk.at, chunk.n))
                if self._chat is not None:
                    self._take(event.data for event in self._chat.feed(data))
        self._read(records)
        return records

    def close(self) -> list[TimedEvent]:
        """The leg is over."""
        if not self.is_events:
            return []
        records = self._events.close()
        self._read(records)
        if self._chat is not None and not self._chat.finished:
            self._take(event.data for event in self._chat.close())
        return records

    @property
    def body(self) -> str:
        """The body so far, as text."""
        return decode(bytes(self._body))

    def answer(self) -> PaneContent:
        """What it amounts to so far; a copy, since more may come."""
        if self.is_events:
            return _answer_pane(copy.deepcopy(self._answer.response))
        text = self.body
        try:
            value = parse(text)
        except ValueError:
            value = None
        if isinstance(value, dict) and (self.status or 200) < 400:
            if "choices" in value:
                value = translate_response(value, request=self._request, tools=ToolNames())
            if "output" in value:
                return _answer_pane(value)
        return PaneContent(error_nodes(self.status, value, text) if text else [], value=value, raw=text)

    def _read(self, records: Iterable[TimedEvent]) -> None:
        """Events of the Responses API go straight into the answer."""
        if self._chat is None:
            self._take(record.members for record in records if record.members and record.complete)

    def _take(self, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            self._answer.feed(event)


def _answer_pane(response: dict[str, Any]) -> PaneContent:
    output = response.get("output")
    count = len(output) if isinstance(output, list) else 0
    title = counted(count, "item") if count else ""
    return PaneContent(answer_nodes(response), title, count, value=response)
