"""A stream cut into events: every byte passes, whatever the cuts, and what waits is one event."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.handle import Burst, Handle
from inspector.capture.model import Leg
from inspector.proxy.holds.held_stream import EventBytes, HeldStream

EVENTS = (
    b'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1"}}\n\n',
    b'data: {"type":"response.output_text.delta"}\r\n\r\n',
    b": a comment\n\n",
    b"data: [DONE]\n\n",
    b"data: no end",
)
WHOLE = b"".join(EVENTS)


class Source:
    """Upstream's stream as it comes."""

    finished = finishing = mends = False

    def opening(self) -> list[bytes]:
        return []

    def past(self, data: bytes) -> list[bytes]:
        return [data] if data else []

    def broke_off(self, _message: str) -> list[bytes]:
        return []

    def wait_for(self, _piece: bytes) -> None:
        return None


class Passage:
    """What of a passage a stream needs: `sent` is what the client got."""

    def __init__(self, passed: bytes = b"") -> None:
        self.handle = Handle(0.0)
        if passed:
            burst = self.handle.bursts[Leg.RESPONSE] = Burst(Leg.RESPONSE, None)
            burst.join(1.0, passed)
        self.streamed = False
        self.sent: list[bytes] = []

    def chunk(self, leg: Leg, data: bytes) -> None:
        assert leg is Leg.RESPONSE
        self.sent.append(data)


def stream_of(passage: Any, held: str = "") -> HeldStream:
    async def wait() -> bytes:
        return b""

    gate: Any = SimpleNamespace(may_hold=lambda _, piece: piece.kind == held, passed=lambda *_: "a wait")
    return HeldStream(gate, Source(), passage, (), 200)


def cut(data: bytes, at: set[int]) -> list[bytes]:
    ends = sorted({*(n for n in at if n < len(data)), len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@settings(max_examples=40)
@given(at=st.sets(st.integers(1, len(WHOLE)), max_size=8))
def test_all_bytes_pass(at: set[int]):
    passage = Passage()
    stream = stream_of(passage)
    pieces = [piece for data in [*cut(WHOLE, at), b""] for piece in stream.past(data)]
    assert b"".join(pieces) == WHOLE
    found = [piece.event for piece in pieces if isinstance(piece, EventBytes)]
    assert [event.data for event in found if event.has_data] == [
        '{"type":"response.created","response":{"id":"resp_1"}}',
        '{"type":"response.output_text.delta"}',
        "[DONE]",
    ]
    assert [stream.wait_for(piece) for piece in pieces] == [None] * len(pieces)
    assert passage.sent == pieces
    assert stream.started == {"id": "resp_1"}


def test_one_event_waits():
    stream = stream_of(Passage(), "response.output_text.delta")
    pieces = stream.past(b"".join(EVENTS[:3]))
    assert [stream.wait_for(piece) for piece in pieces] == [None, "a wait", None]


@pytest.mark.parametrize(
    ("passed", "comes", "events"),
    [
        (EVENTS[0], EVENTS[1], [EVENTS[1]]),  # it stood between two
        (EVENTS[0] + EVENTS[1], EVENTS[3], [EVENTS[3]]),
        (EVENTS[0][:20], EVENTS[0][20:] + EVENTS[1], [EVENTS[1]]),
        (EVENTS[0][:20], EVENTS[0][20:30], []),
    ],
)
def test_it_comes_to_us_while_it_runs(passed: bytes, comes: bytes, events: list[bytes]):
    stream = stream_of(Passage(passed))
    pieces = stream.past(comes)
    assert b"".join(pieces) == comes
    assert [piece for piece in pieces if isinstance(piece, EventBytes)] == events


def test_upstream_breaks_off_in_the_middle_of_an_event():
    stream = stream_of(Passage())
    assert stream.past(EVENTS[4]) == []
    assert (stream.broke_off("gone"), stream.mends) == ([EVENTS[4]], False)


def test_nothing_follows_the_end_that_somebody_gave_it():
    passage = Passage()
    stream = stream_of(passage)
    assert stream.end_with(b"data: the end\n\n") == b"data: the end\n\n"
    assert (stream.finished, stream.finishing, stream.mends) == (True, False, True)
    assert [stream.wait_for(piece) for piece in stream.past(EVENTS[1])] == [b""]
    assert passage.sent == [b"data: the end\n\n"]
