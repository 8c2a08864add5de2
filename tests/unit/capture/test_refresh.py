from __future__ import annotations

import time
from contextlib import closing
from typing import Any

import pytest

from inspector.capture import connect, reader, summary
from inspector.capture.model import Leg, Outcome, Usage
from inspector.capture.reader import Reader


def change(studio, statement: str) -> None:
    with closing(connect.for_writing(studio.path, wait_for_disk=False)) as connection:
        connection.execute(statement)


@pytest.fixture
def recorded(studio) -> Any:
    """A whole exchange, its summary falsified as an older inspector may have had it."""
    writer = studio.writer()
    event = studio.event(
        type="response.failed", response={"id": "r", "error": {"message": "sk-abcdefgh12345678"}}
    )
    studio.exchange(writer, b"{}", [event, studio.completed("r", usage={"input_tokens": 7})])
    writer.close()
    change(studio, "UPDATE exchanges SET event_count = 99, error = NULL, input_tokens = 1, response_id = 'x'")
    return studio


def test_a_summary_of_this_version_is_believed(recorded):
    with closing(Reader(recorded.path)) as reading:
        assert reading.exchange(1).event_count == 99


def test_one_of_an_older_version_is_derived_anew(recorded, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(summary, "SUMMARY_VERSION", summary.SUMMARY_VERSION + 1)
    before = recorded.path.read_bytes()
    with closing(Reader(recorded.path)) as reading:
        (exchange,) = reading.exchanges()
        assert (exchange.event_count, exchange.usage, exchange.response_id) == (2, Usage(7), "r")
        assert str(exchange.error).startswith("[redacted ")
        assert exchange.outcome is Outcome.COMPLETE
        monkeypatch.setattr(reader, "refreshed", lambda *_: pytest.fail("it was derived a moment ago"))
        assert reading.exchanges() == [exchange]
    assert recorded.path.read_bytes() == before


def test_where_the_bytes_are_damaged_the_older_summary_is_the_best_there_is(
    recorded, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(summary, "SUMMARY_VERSION", summary.SUMMARY_VERSION + 1)
    change(recorded, "UPDATE bodies SET data = x'00'")
    with closing(Reader(recorded.path)) as reading:
        assert reading.exchange(1).event_count == 99


def test_what_a_dead_recorder_left_undone_is_done_while_reading(studio, monkeypatch: pytest.MonkeyPatch):
    writer = studio.writer()
    handle = studio.begin(writer)
    writer.head(handle, Leg.RESPONSE, (), status=200, at=time.monotonic())
    writer.chunk(handle, Leg.RESPONSE, studio.completed("r", model="m"), time.monotonic())
    assert writer.flush()
    change(studio, "UPDATE exchanges SET event_count = 0, response_id = NULL")
    with closing(Reader(studio.path)) as reading:
        alive = reading.exchange(1)
        monkeypatch.setattr(reader, "alive", lambda pid, host, process: False)
        dead = reading.exchange(1)
    assert (alive.outcome, alive.event_count) == (Outcome.OPEN, 0)
    assert (dead.outcome, dead.event_count) == (Outcome.INTERRUPTED, 1)
    assert (dead.model, dead.answered, dead.response_id) == ("m", "m", "r")
    assert dead.error == "the recording stopped before the answer ended"


def test_a_client_that_left_after_the_end_had_all_it_wanted(recorded, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(summary, "SUMMARY_VERSION", summary.SUMMARY_VERSION + 1)
    change(recorded, "UPDATE exchanges SET outcome = 'client-gone'")
    with closing(Reader(recorded.path)) as reading:
        assert reading.exchange(1).outcome is Outcome.COMPLETE


def test_an_exchange_without_a_response_has_the_words_of_its_recorder(
    studio, monkeypatch: pytest.MonkeyPatch
):
    writer = studio.writer()
    handle = studio.begin(writer)
    writer.finish(handle, Outcome.UNREACHABLE, error="no route", at=time.monotonic())
    writer.close()
    change(studio, "UPDATE exchanges SET error = NULL")
    monkeypatch.setattr(summary, "SUMMARY_VERSION", summary.SUMMARY_VERSION + 1)
    with closing(Reader(studio.path)) as reading:
        assert reading.exchange(1).error == "no route"
