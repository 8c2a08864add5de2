"""One leg while it comes in: what passed, what it amounts to, however the bytes were cut."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from inspector.capture.model import Chunk, Headers, Leg
from inspector.protocol.tools import ToolNames
from inspector.ui.view.stream import StreamReading, translator

STREAM: Headers = (("Content-Type", "text/event-stream; charset=utf-8"),)
DONE = b"data: [DONE]\n\n"


def chunks(*pieces: bytes, first: int = 0) -> list[Chunk]:
    return [Chunk(Leg.RESPONSE, n, n / 10, piece) for n, piece in enumerate(pieces, first)]


def event(kind: str, **members: Any) -> bytes:
    return b"data: " + json.dumps({"type": f"response.{kind}", **members}).encode() + b"\n\n"


def chat(content: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": {"content": content} if content else {}, "finish_reason": finish}
    return b"data: " + json.dumps({"model": "m", "choices": [choice], **more}).encode() + b"\n\n"


RESPONSES = event("created", response={"id": "resp_1", "status": "in_progress", "output": []}) + event(
    "completed", response={"id": "resp_1", "status": "completed", "output": []}
)
CHAT = chat("Hel") + chat("lo") + chat(finish="stop") + DONE


def test_events_that_passed_make_the_response():
    reading = StreamReading(STREAM, 200)
    taken = reading.feed(chunks(RESPONSES[:30], RESPONSES[30:]))
    assert [record.type for record in taken.passed] == ["response.created", "response.completed"]
    assert taken.derived == []
    assert reading.seen == 2
    assert reading.is_over
    assert reading.response() == {"id": "resp_1", "status": "completed", "output": []}
    assert reading.close().passed == []


def test_chunks_give_the_events_that_they_amount_to():
    reading = StreamReading(STREAM, 200, translator({}, ToolNames()))
    taken = reading.feed(chunks(chat("Hel"), chat("lo"), chat(finish="stop"), DONE))
    assert len(taken.passed) == 4
    kinds = [record.type for record in taken.derived]
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert [record.n for record in taken.derived] == list(range(len(kinds)))
    assert [record.chunk for record in taken.derived if record.type.endswith("text.delta")] == [0, 1]
    assert (reading.is_over, reading.close().derived) == (True, [])
    response = reading.response()
    assert response is not None
    assert response["output"][0]["content"][0]["text"] == "Hello"


def test_what_is_made_up_is_the_same_whenever_one_looks():
    told = []
    for pieces in ([CHAT], [CHAT[n : n + 7] for n in range(0, len(CHAT), 7)]):
        reading = StreamReading(STREAM, 200, translator({}, ToolNames()))
        events = [record.data for record in reading.feed(chunks(*pieces)).derived]
        told.append((events, reading.response()))
    assert told[0] == told[1]
    assert told[0][1] is not None
    assert told[0][1]["id"] == "resp_1"


def test_a_chat_stream_that_breaks_off_fails_in_the_words_it_is_given():
    reading = StreamReading(STREAM, 200, translator({}, ToolNames()))
    reading.feed(chunks(chat("Hel")))
    assert not reading.is_over
    [failed] = [record for record in reading.close("The line went dead.").derived if "failed" in record.type]
    assert failed.members["response"]["error"]["message"] == "The line went dead."


def test_a_complete_chat_body_is_translated_at_its_end():
    body = json.dumps({"model": "m", "choices": [{"index": 0, "message": {"content": "Hi"}}]}).encode()
    reading = StreamReading((("content-type", "application/json"),), 200, translator({}, ToolNames()))
    assert reading.feed(chunks(body[:20], body[20:])).derived == []
    assert reading.response() is None
    kinds = [record.type for record in reading.close().derived]
    assert kinds[-1] == "response.completed"
    response = reading.response()
    assert response is not None
    assert response["output"][0]["content"][0]["text"] == "Hi"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{cut o", 200), (b"[]", 200), (b"{}", 200), (b'{"choices": []}', 400), (b"", 200), (b"\xff\xfe", 200)],
)
def test_a_body_that_is_no_completion_amounts_to_nothing(body: bytes, status: int):
    reading = StreamReading((), status, translator({}, ToolNames()))
    reading.feed(chunks(body))
    assert reading.close().derived == []
    assert reading.response() is None


def test_a_complete_response_is_one_and_an_error_is_none():
    good = StreamReading((), 200)
    good.feed(chunks(b'{"output": [], "status": "completed"}'))
    assert good.response() == {"output": [], "status": "completed"}
    bad = StreamReading((), 500)
    bad.feed(chunks(b'{"output": []}'))
    assert bad.response() is None
    assert bad.value == {"output": []}


def test_the_first_bytes_tell_what_the_headers_do_not():
    for body, is_events in ((b"  \ndata: {}\n\n", True), (b'{"a": 1}', False), (b": hello\n\n", True)):
        reading = StreamReading((), 200)
        assert reading.is_events is None
        reading.feed(chunks(body))
        assert reading.is_events is is_events


def test_compressed_streams_are_read_and_damage_is_said():
    packed = gzip.compress(RESPONSES)
    reading = StreamReading((*STREAM, ("content-encoding", "gzip")), 200)
    taken = reading.feed(chunks(packed[:25], packed[25:]))
    assert len(taken.passed) == 2
    assert reading.body == RESPONSES.decode()
    broken = StreamReading((*STREAM, ("content-encoding", "gzip")), 200)
    broken.feed(chunks(b"not gzip at all"))
    assert "damaged" in (broken.problem or "")


def test_notes_of_the_translator():
    reading = StreamReading(STREAM, 200, translator({}, ToolNames()))
    reading.feed(chunks(b"data: {broken\n\n", CHAT))
    [note] = reading.notes
    assert (note.offset, "not JSON" in note.text) == (0, True)
    assert StreamReading(STREAM, 200).notes == ()


def test_what_is_handed_out_does_not_change_later():
    reading = StreamReading(STREAM, 200, translator({}, ToolNames()))
    taken = reading.feed(chunks(chat("Hel")))
    before, events = reading.response(), json.dumps([record.data for record in taken.derived])
    held = json.dumps(before)
    reading.feed(chunks(chat("lo"), chat(finish="stop"), DONE, first=1))
    assert json.dumps(before) == held
    assert json.dumps([record.data for record in taken.derived]) == events
