"""Which streams of an exchange there are to see, and what the pane's title says of them."""

from __future__ import annotations

from inspector.capture.events import TimedEvent
from inspector.ui.view.events import EventRows
from inspector.ui.view.streams import Stream, choices, state, stream_count


def rows(count: int) -> EventRows:
    made = EventRows()
    made.extend(TimedEvent(n, n / 10, "response.created", {"type": "response.created"}) for n in range(count))
    return made


def test_what_a_chat_stream_amounts_to_comes_first_once_there_is_any():
    streams = {Stream.SENT: rows(3), Stream.DERIVED: rows(0)}
    assert choices(streams) == [Stream.SENT]
    assert state(Stream.SENT, streams) == ""
    streams[Stream.DERIVED] = rows(5)
    assert choices(streams) == [Stream.DERIVED, Stream.SENT]
    assert state(Stream.DERIVED, streams) == "derived"
    assert state(Stream.SENT, streams) == "as passed"


def test_what_a_bridge_was_told_comes_second():
    streams = {Stream.UPSTREAM: rows(4), Stream.SENT: rows(9)}
    assert choices(streams) == [Stream.SENT, Stream.UPSTREAM]
    assert (state(Stream.SENT, streams), state(Stream.UPSTREAM, streams)) == ("", "upstream")


def test_counts():
    assert stream_count(None) == stream_count(rows(0)) == ""
    assert stream_count(rows(1200)) == "1,200"
