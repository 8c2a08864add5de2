"""The streams that the events pane can show of one exchange, and which of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from inspector.capture.model import Exchange
from inspector.ui.view.events import EventRows
from inspector.ui.view.timing import has_ends, length


class Stream(StrEnum):
    """Which events."""

    DERIVED = "derived"  # the Responses events that a chat stream amounts to; nobody was sent them
    SENT = "sent"  # what the client was sent
    UPSTREAM = "upstream"  # what came from upstream, where the bridge stood between


def choices(streams: Mapping[Stream, EventRows]) -> list[Stream]:
    """The streams there are to see, the one to show first in front."""
    derived = streams.get(Stream.DERIVED)
    found = [Stream.DERIVED] if derived is not None and derived.count else []
    return [*found, Stream.SENT, *([Stream.UPSTREAM] if Stream.UPSTREAM in streams else [])]


def state(stream: Stream, streams: Mapping[Stream, EventRows]) -> str:
    """The word after the pane's name: "" for what one would expect there."""
    if stream is Stream.SENT:
        return "as passed" if choices(streams)[0] is Stream.DERIVED else ""
    return str(stream)


def stream_title(rows: EventRows | None, exchange: Exchange) -> str:
    """The counts of the events pane: `212  3.41 s`."""
    took = length(exchange.ended) if has_ends(exchange) else ""
    return "  ".join(part for part in (stream_count(rows), took) if part)


def stream_count(rows: EventRows | None) -> str:
    """How many events there are; "" for none."""
    return f"{rows.count:,}" if rows is not None and rows.count else ""
