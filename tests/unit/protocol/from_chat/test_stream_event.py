"""Events: numbered, stamped with their origin, encoded."""

from __future__ import annotations

from inspector.protocol.from_chat.stream_event import EventLog, StreamEvent, new_id
from inspector.protocol.sse import Decoder


def test_the_log_numbers_and_stamps() -> None:
    log = EventLog(new_id, dual=False)
    log.chunk, log.offset = 3, 40
    log.emit({"type": "response.created"})
    log.emit_dual({"type": "response.done"})
    assert log.take() == [StreamEvent({"type": "response.created", "sequence_number": 0}, 3, 40)]
    log.emit({"type": "response.in_progress"})
    assert [event.data["sequence_number"] for event in log.take()] == [1]
    assert log.take() == []


def test_the_dual_profile_gets_its_events() -> None:
    log = EventLog(new_id, dual=True)
    log.emit_dual({"type": "response.done"})
    assert [event.type for event in log.take()] == ["response.done"]


def test_an_event_as_bytes() -> None:
    encoded = StreamEvent({"type": "error", "message": "a\nb\u2028\ud800"}, 0, 0).encode()
    (event,) = Decoder().feed(encoded)
    assert (event.event, event.data) == ("error", '{"type":"error","message":"a\\nb\u2028?"}')


def test_ids_have_the_form_of_the_api() -> None:
    assert new_id("resp") != new_id("resp")
    assert len(new_id("msg")) == len("msg_") + 32
