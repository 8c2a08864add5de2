"""The events of a recorded stream, each with its moment: read as the stream grows, or all at once.

An event arrived with its last byte. What clients do not see is told apart (`dispatched`, `complete`) rather
than left out: a comment or an event that was cut off says much about a stream.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.capture.encodings import Decoder as ContentDecoder
from inspector.capture.model import Chunk, ExchangeDetail, Headers, Leg
from inspector.protocol import sse
from inspector.protocol.json_text import is_shallow, parse

DONE = "[DONE]"


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """One event: number from 0, seconds after the exchange's start, type, and the data, parsed where JSON.

    JSON nested more than 200 levels deep stays text.

    The type is what the data says of itself, else the `event:` line, else the chat `object`, else "".
    """

    n: int
    at: float
    type: str
    data: Any
    text: str = field(default="", repr=False, compare=False)  # the data as it came; of a comment, its words
    chunk: int = field(default=0, compare=False)  # the leg's chunk that completed it
    dispatched: bool = field(default=True, compare=False)  # False: no data (a comment), clients see nothing
    complete: bool = field(default=True, compare=False)  # False: cut off by the end of the stream
    offset: int = field(default=0, compare=False)  # where it begins in the leg's body, decoded

    @property
    def members(self) -> dict[str, Any]:
        """The data where it is an object, else an empty one."""
        return self.data if isinstance(self.data, dict) else {}


class EventReader:
    """Reads a leg's body, decoded from its content encoding, as it comes; gives what each piece completes."""

    def __init__(self) -> None:
        self._decoder = sse.Decoder()
        self._count = 0
        self._last = (0.0, 0)

    def feed(self, data: bytes, at: float, chunk: int) -> list[TimedEvent]:
        """The events that these bytes complete."""
        self._last = (at, chunk)
        return self._events(self._decoder.feed(data))

    def close(self) -> list[TimedEvent]:
        """What the end of the stream leaves: an event that was cut off, if there is one."""
        return self._events(self._decoder.close())

    def _events(self, blocks: Iterable[sse.ServerSentEvent]) -> list[TimedEvent]:
        found = [_event(n, *self._last, block) for n, block in enumerate(blocks, self._count)]
        self._count += len(found)
        return found


class MessageReader:
    """Reads a leg of a WebSocket's messages, each an event; its offset is that in the leg's body."""

    def __init__(self) -> None:
        self._count = 0
        self._offset = 0

    def feed(self, data: bytes, at: float, chunk: int) -> list[TimedEvent]:
        """The event that a message is."""
        text = data.decode("utf-8", "replace")
        found = _read(self._count, at, chunk, text, "", offset=self._offset)
        self._count += 1
        self._offset += len(data)
        return [found]

    def close(self) -> list[TimedEvent]:
        """A message is whole, or there is none."""
        return []


def response_events(detail: ExchangeDetail) -> list[TimedEvent]:
    """The events that the client was sent, and saw."""
    message = detail.legs.get(Leg.RESPONSE)
    if message is None:
        return []
    chunks = (chunk for chunk in detail.chunks if chunk.leg is Leg.RESPONSE)
    return timed_events(message.headers, chunks, messages=message.is_messages)


def timed_events(headers: Headers, chunks: Iterable[Chunk], *, messages: bool = False) -> list[TimedEvent]:
    """The events of one leg as clients see them, numbered without the others; `headers` name its encoding.

    `messages`: the chunks are messages of a WebSocket.
    """
    if messages:
        over_a_socket = MessageReader()
        return [event for chunk in chunks for event in over_a_socket.feed(chunk.data, chunk.at, chunk.n)]
    content, reader = ContentDecoder(headers), EventReader()
    events = [event for chunk in chunks for event in reader.feed(content.feed(chunk.data), chunk.at, chunk.n)]
    events += reader.close()
    seen = (event for event in events if event.dispatched and event.complete)
    return [replace(event, n=n) for n, event in enumerate(seen)]


def _event(n: int, at: float, chunk: int, block: sse.ServerSentEvent) -> TimedEvent:
    if not block.has_data:
        words = "\n".join(block.comments)
        return TimedEvent(
            n, at, block.event, None, words, chunk, False, complete=block.complete, offset=block.start
        )
    return _read(n, at, chunk, block.data, block.event, complete=block.complete, offset=block.start)


def _read(
    n: int, at: float, chunk: int, text: str, name: str, *, complete: bool = True, offset: int
) -> TimedEvent:
    """An event of that data; `name` is what its `event:` line says."""
    try:
        data = parse(text)
    except ValueError:
        data = text
    if not is_shallow(data):  # no printer would write it
        data = text
    if isinstance(data, dict):
        said = data.get("type") or name or data.get("object")
        kind = said if isinstance(said, str) else ""
    else:
        kind = name or (DONE if data == DONE else "")
    return TimedEvent(n, at, kind, data, text, chunk, complete=complete, offset=offset)
