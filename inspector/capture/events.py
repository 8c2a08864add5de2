"""The events of a recorded stream, each with its moment: what `show` prints.

An event arrived with its last byte. A body that is not an event stream has none; an event cut off by the end
of the stream counts as none, as clients see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from inspector.capture.encodings import Decoder as ContentDecoder
from inspector.capture.model import Chunk, ExchangeDetail, Headers, Leg
from inspector.protocol import sse
from inspector.protocol.json_text import is_shallow, parse


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


def response_events(detail: ExchangeDetail) -> list[TimedEvent]:
    """The events that the client was sent."""
    message = detail.legs.get(Leg.RESPONSE)
    if message is None:
        return []
    return timed_events(message.headers, (chunk for chunk in detail.chunks if chunk.leg is Leg.RESPONSE))


def timed_events(headers: Headers, chunks: Iterable[Chunk]) -> list[TimedEvent]:
    """The events of one leg; `headers` name its content encoding."""
    content, decoder = ContentDecoder(headers), sse.Decoder()
    blocks: list[tuple[float, sse.ServerSentEvent]] = []
    at = 0.0
    for chunk in chunks:
        at = chunk.at
        blocks += [(at, block) for block in decoder.feed(content.feed(chunk.data))]
    blocks += [(at, block) for block in decoder.close() if block.complete]
    dispatched = [(at, block) for at, block in blocks if block.has_data]
    return [_event(n, at, block) for n, (at, block) in enumerate(dispatched)]


def _event(n: int, at: float, block: sse.ServerSentEvent) -> TimedEvent:
    try:
        data = parse(block.data)
    except ValueError:
        data = block.data
    if not is_shallow(data):  # no printer would write it
        data = block.data
    if isinstance(data, dict):
        said = data.get("type") or block.event or data.get("object")
        return TimedEvent(n, at, said if isinstance(said, str) else "", data)
    return TimedEvent(n, at, block.event or (data if data == "[DONE]" else ""), data)
