"""A Responses event about to be sent, and the log in which the events of one response are numbered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from inspector.protocol.json_text import to_bytes


def new_id(prefix: str) -> str:
    """A fresh id in the API's form: `prefix_` and 32 hex digits."""
    return f"{prefix}_{uuid4().hex}"


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """A Responses event and what produced it.

    `chunk` is the number (0..) of the piece of bytes that completed it, `offset` where its chat event began
    in the stream of these pieces. What the stream's end produced has the last piece and the stream's length.
    """

    data: dict[str, Any]
    chunk: int
    offset: int

    @property
    def type(self) -> str:
        """The event's `type`."""
        kind: str = self.data["type"]
        return kind

    def encode(self) -> bytes:
        """The event as Server-Sent Event bytes."""
        return b"event: %b\ndata: %b\n\n" % (self.type.encode(), to_bytes(self.data))


class EventLog:
    """Numbers events and stamps them with their origin; `events` is what waits to be taken."""

    __slots__ = ("_next", "chunk", "dual", "events", "new_id", "offset")

    def __init__(self, new_id: Callable[[str], str], *, dual: bool) -> None:
        self.new_id = new_id
        self.dual = dual  # whether the events that only some clients know are wanted too
        self.chunk = -1
        self.offset = 0
        self.events: list[StreamEvent] = []
        self._next = 0

    def emit(self, data: dict[str, Any]) -> None:
        """Append an event, which gets its `sequence_number` here."""
        data["sequence_number"] = self._next
        self._next += 1
        self.events.append(StreamEvent(data, self.chunk, self.offset))

    def emit_dual(self, data: dict[str, Any]) -> None:
        """Append an event of the dual profile, if that is what the client gets."""
        if self.dual:
            self.emit(data)

    def take(self) -> list[StreamEvent]:
        """The events that nobody has taken yet."""
        events, self.events = self.events, []
        return events
