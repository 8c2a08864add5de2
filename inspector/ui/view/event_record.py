"""The bytes of an event stream as records: each event with its moment, read as far as it can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from inspector.protocol.json_text import parse
from inspector.protocol.sse import Decoder, ServerSentEvent

DONE = "[DONE]"


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event: its number, its moment (seconds after the exchange's start) and what it says.

    `type` is Responses' own (`response.created`), `chat.chunk`, `[DONE]`, `comment`, or "" for what could
    not be read.
    """

    n: int
    at: float
    type: str
    data: dict[str, Any] | None
    text: str = field(repr=False)
    chunk: int
    complete: bool = True


class EventReader:
    """Feed it a leg's chunks, decoded; it gives the events that each one completes."""

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._count = 0
        self._last = (0.0, 0)

    def feed(self, data: bytes, at: float, chunk: int) -> list[EventRecord]:
        """The events that these bytes complete; they arrived with their last byte."""
        self._last = (at, chunk)
        return self._records(self._decoder.feed(data), at, chunk)

    def close(self) -> list[EventRecord]:
        """What the end of the stream leaves: an event that was cut off, if there is one."""
        return self._records(self._decoder.close(), *self._last)

    def _records(self, events: Iterable[ServerSentEvent], at: float, chunk: int) -> list[EventRecord]:
        records = []
        for event in events:
            records.append(_record(self._count, event, at, chunk))
            self._count += 1
        return records


def _record(n: int, event: ServerSentEvent, at: float, chunk: int) -> EventRecord:
    if not event.has_data:
        kind = "comment" if event.comments else event.event
        return EventRecord(n, at, kind, None, "\n".join(event.comments), chunk, event.complete)
    if event.data == DONE:
        return EventRecord(n, at, DONE, None, event.data, chunk, event.complete)
    try:
        value = parse(event.data)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        return EventRecord(n, at, event.event, None, event.data, chunk, event.complete)
    said = value.get("type")
    told = "chat.chunk" if "choices" in value else ("error" if "error" in value else event.event)
    return EventRecord(
        n, at, said if isinstance(said, str) else told, value, event.data, chunk, event.complete
    )
