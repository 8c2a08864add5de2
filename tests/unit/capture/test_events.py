"""What `show` prints of a stream: clients' events, each at the moment of its last byte."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from inspector.capture.events import TimedEvent, timed_events
from inspector.capture.model import Chunk, Headers, Leg


def read(*pieces: bytes, headers: Headers = ()) -> list[TimedEvent]:
    return timed_events(headers, [Chunk(Leg.RESPONSE, n, n / 10, piece) for n, piece in enumerate(pieces)])


def test_an_event_arrives_with_its_last_byte():
    events = read(b'data: {"type": "a"}\n', b'\ndata: {"type"', b': "b"}\n\n')
    assert [(event.n, event.at, event.type) for event in events] == [(0, 0.1, "a"), (1, 0.2, "b")]


@pytest.mark.parametrize(
    ("block", "kind", "data"),
    [
        (b'event: x\ndata: {"type": "response.created"}', "response.created", {"type": "response.created"}),
        (b'event: x\ndata: {"a": 1}', "x", {"a": 1}),
        (
            b'data: {"object": "chat.completion.chunk"}',
            "chat.completion.chunk",
            {"object": "chat.completion.chunk"},
        ),
        (b'data: {"type": 7}', "", {"type": 7}),
        (b"data: [DONE]", "[DONE]", "[DONE]"),
        (b"event: ping\ndata: hello", "ping", "hello"),
        (b"data: [1]", "", [1]),
        (b"data: " + b"[" * 300 + b"]" * 300, "", "[" * 300 + "]" * 300),
        (b"data: " + b"[" * 100_000, "", "[" * 100_000),
    ],
)
def test_what_an_event_is_called(block: bytes, kind: str, data: Any):
    assert read(block + b"\n\n") == [TimedEvent(0, 0.0, kind, data)]


def test_what_clients_do_not_see_is_no_event():
    assert read(b": keep-alive\n\n", b"event: lonely\n\n", b'data: {"cut": "off') == []


def test_a_last_blank_line_that_waited_for_its_line_feed():
    assert [event.data for event in read(b"data: 1\n\r")] == [1]


def test_a_compressed_stream():
    packed = gzip.compress(b"data: 1\n\ndata: 2\n\n")
    found = read(packed[:20], packed[20:], headers=(("content-encoding", "gzip"),))
    assert [event.data for event in found] == [1, 2]


def test_a_body_that_is_no_stream_has_none():
    assert read(b'{\n  "error": {"message": "data: no"}\n}\n\n') == []
