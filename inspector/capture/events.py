"""The events of a recorded stream, each with its moment: what `show` prints.

An event arrived with its last byte. A body that is not an event stream has none; an event cut off by the end
of the stream counts as none, as clients see it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from inspector.capture.encodings import Decoder as ContentDecoder
from inspector.capture.model import Chunk, ExchangeDetail, Headers, Leg
from inspector.protocol import sse


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """One event: number from 0, seconds after the exchange's start, type, and the data, parsed where JSON.

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
    events: list[TimedEvent] = []
    for chunk in chunks:
        for event in decoder.feed(content.feed(chunk.data)):
            if event.has_data:
                data = _parsed(event.data)
                events.append(TimedEvent(len(events), chunk.at, _type(event, data), data))
    return events


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _type(event: sse.ServerSentEvent, data: Any) -> str:
    if isinstance(data, dict):
        said = data.get("type") or event.event or data.get("object")
        return said if isinstance(said, str) else ""
    return event.event or (event.data if event.data == "[DONE]" else "")
