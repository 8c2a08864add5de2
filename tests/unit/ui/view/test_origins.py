"""Which chat event produced which Responses event, and back, however the bytes were cut."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.capture.model import Chunk, Leg
from inspector.protocol.tools import ToolNames
from inspector.ui.view.origins import Origins
from inspector.ui.view.stream import StreamReading, translator
from inspector.ui.view.streams import Stream

STREAM = (("content-type", "text/event-stream"),)


def chat(content: str | None = None, finish: str | None = None) -> bytes:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": content} if content else {}}
    return b"data: " + json.dumps({"choices": [{**choice, "finish_reason": finish}]}).encode() + b"\n\n"


CHAT = b": hello\n\n" + chat("Hel") + chat("lo") + chat(finish="stop") + b"data: [DONE]\n\n"


def read(*pieces: bytes) -> tuple[Origins, Any]:
    reading = StreamReading(STREAM, 200, translator({}, ToolNames()))
    chunks = [Chunk(Leg.RESPONSE, n, n / 10, piece) for n, piece in enumerate(pieces)]
    taken = reading.feed(chunks)
    origins = Origins(Stream.SENT, Stream.DERIVED)
    origins.take({Stream.SENT: taken.passed, Stream.DERIVED: taken.derived}, taken.derived)
    return origins, taken


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_there_and_back(size: int):
    origins, taken = read(*(CHAT[n : n + size] for n in range(0, len(CHAT), size)))
    by_type = {event.type: event for event in reversed(taken.derived)}
    assert origins.chat_of(by_type["response.created"]) == 1  # 0 is the comment
    deltas = [event for event in taken.derived if event.type.endswith("text.delta")]
    assert [origins.chat_of(event) for event in deltas] == [1, 2]
    assert origins.chat_of(by_type["response.completed"]) == 4  # [DONE]: no usage came
    for event in taken.derived:
        number = origins.chat_of(event)
        assert number is not None
        assert event.n in origins.events_of(number)
        assert origins.counterparts(Stream.DERIVED, event) == [number]
    assert origins.events_of(0) == origins.events_of(99) == origins.events_of(-1) == []
    assert origins.counterparts(Stream.SENT, taken.passed[2]) == [deltas[1].n]
    assert [origins.by_then(n) for n in range(5)] == [
        -1, deltas[0].n, deltas[1].n, by_type["response.completed"].n - 1, by_type["response.completed"].n
    ]  # fmt: skip
    assert origins.by_then(99) == -1


def test_what_was_sent_must_be_what_the_translator_says():
    reading = StreamReading(STREAM, 200, translator({}, ToolNames()))
    taken = reading.feed([Chunk(Leg.UPSTREAM_RESPONSE, 0, 0.0, CHAT)])
    sent = StreamReading(STREAM, 200)
    events = [{"type": "response.created", "sequence_number": 0}, {"type": "other", "sequence_number": 1}]
    body = b": keep-alive\n\n" + b"".join(
        b"data: " + json.dumps(event).encode() + b"\n\n" for event in events
    )
    passed = sent.feed([Chunk(Leg.RESPONSE, 0, 0.0, body)]).passed
    origins = Origins(Stream.UPSTREAM, Stream.SENT)
    origins.take({Stream.UPSTREAM: taken.passed, Stream.SENT: passed}, taken.derived)
    assert [origins.chat_of(event) for event in passed] == [None, 1, None]
    assert origins.events_of(1) == [1]
    assert origins.words(Stream.SENT, passed[1]) == "event 2 ← chat event 2 (byte 9)"
    assert origins.words(Stream.SENT, passed[2]) == "event 3: no chat event that it came of"
    assert origins.words(Stream.UPSTREAM, taken.passed[0]) == "chunk 1, byte 0: no event came of it"
    assert origins.words(Stream.UPSTREAM, taken.passed[1]) == "chunk 1, byte 9 → event 2"
    assert origins.counterparts(Stream.DERIVED, passed[1]) == []
