from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest

from inspector.capture import digester
from inspector.capture.deriving import Deriving
from inspector.capture.model import Leg, Outcome, Usage
from inspector.capture.reader import Reader
from inspector.capture.summary import SUMMARY_VERSION


def rows(path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_a_later_recorder_finishes_what_a_dead_one_left(studio, monkeypatch: pytest.MonkeyPatch):
    first = studio.writer()
    handle = studio.begin(first, headers=(("thread-id", "t"),))
    first.chunk(handle, Leg.REQUEST, b'{"model": "m", "input": "x"}', time.monotonic())
    first.head(handle, Leg.RESPONSE, (), status=200, at=time.monotonic())
    first.chunk(
        handle, Leg.RESPONSE, studio.event(type="response.created", response={"id": "r"}), time.monotonic()
    )
    assert first.flush()
    assert rows(studio.path, "SELECT model, outcome FROM exchanges") == [(None, "open")]

    monkeypatch.setattr(digester, "alive", lambda pid, host, process: False)
    second = studio.writer()
    assert second.flush()
    (found,) = rows(
        studio.path, "SELECT model, outcome, session, turn, response_id, event_count FROM exchanges"
    )
    assert found == ("m", "interrupted", "t", 1, "r", 1)
    assert rows(studio.path, "SELECT count(*) FROM chunks") == [(0,)]
    with closing(Reader(studio.path)) as reader:
        assert reader.body(1, Leg.REQUEST) == b'{"model": "m", "input": "x"}'
        assert reader.exchange(1).error == "the recording stopped before the answer ended"


def test_what_a_living_recorder_has_open_is_left_alone(studio):
    first = studio.writer()
    studio.begin(first)
    assert first.flush()
    second = studio.writer()
    assert second.flush()
    with closing(Reader(studio.path)) as reader:
        assert reader.exchange(1).outcome is Outcome.OPEN


def test_a_bug_in_deriving_costs_the_summary_and_not_the_bytes(studio, monkeypatch: pytest.MonkeyPatch):
    end = Deriving.end

    def broken(self: Deriving, exchange: int) -> None:
        if exchange == 1:
            raise RuntimeError("a bug of ours")
        end(self, exchange)

    monkeypatch.setattr(Deriving, "end", broken)
    writer = studio.writer()
    for _ in range(2):
        studio.exchange(writer, b'{"model": "m"}', [studio.completed(usage={"input_tokens": 5})])
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        detail = reader.detail(1)
        assert detail.legs[Leg.RESPONSE].body == studio.completed(usage={"input_tokens": 5})
        assert "a bug of ours" in detail.tracebacks[0]
        assert reader.exchange(1).model == "m"
        assert reader.exchange(2).usage == Usage(5)
    assert rows(studio.path, "SELECT count(*) FROM chunks") == [(0,)]  # packed all the same
    assert studio.problems == []


def test_a_digester_that_cannot_write_tries_again(studio, monkeypatch: pytest.MonkeyPatch):
    fail = [True]
    request = Deriving.request

    def at_first_not(self: Deriving, exchange: int) -> None:
        if fail.pop() if fail else False:
            raise sqlite3.OperationalError("database or disk is full")
        request(self, exchange)

    monkeypatch.setattr(Deriving, "request", at_first_not)
    writer = studio.writer()
    studio.exchange(writer, b'{"model": "m"}')
    assert writer.flush(20)
    assert [said is None for said in studio.problems] == [False, True]
    with closing(Reader(studio.path)) as reader:
        assert reader.exchange(1).model == "m"


def test_a_summary_says_which_version_it_is(studio):
    writer = studio.writer()
    studio.exchange(writer, b"{}")
    assert writer.flush()
    assert rows(studio.path, "SELECT summary_version FROM exchanges") == [(SUMMARY_VERSION,)]


def test_values_that_no_file_can_hold_cost_nothing_else(studio):
    """Half characters and endless numbers, which JSON can escape and SQLite cannot store."""
    metadata = r'{"thread_id": "\ud800x", "turn_id": "\udfff", "request_kind": "\ud800"}'
    body = rb'{"model": "\ud800", "prompt_cache_key": "\ud801", "input": "x"}'
    answer = [
        studio.event(type="response.created", response={"id": "\ud800", "model": "\ud801"}),
        studio.event(
            type="response.failed",
            response={
                "error": {"message": "bad \ud800 \0 \x1b[31mthing"},
                "usage": {"input_tokens": 10**30, "output_tokens": 7},
            },
        ),
    ]
    writer = studio.writer()
    studio.exchange(writer, body, answer, headers=(("x-codex-turn-metadata", metadata),))
    studio.exchange(writer, body, answer)
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        first, second = reader.exchanges()
        assert reader.notes() == []
    assert (first.session, first.turn, first.turn_id, first.model) == ("\ufffdx", 1, "\ufffd", "\ufffd")
    assert (second.session, second.turn) == ("\ufffd", 1)
    for exchange in (first, second):
        assert (exchange.response_id, exchange.usage) == ("\ufffd", Usage(output_tokens=7))
        assert exchange.error == "bad \ufffd [31mthing"
    assert studio.problems == []


def test_a_compaction_begins_no_turn(studio):
    writer = studio.writer()
    body = {"prompt_cache_key": "k", "input": [{"role": "user", "content": "hi"}]}
    studio.exchange(writer, body)
    studio.exchange(writer, {**body, "model": "m"}, operation="responses.compact")
    studio.exchange(writer, {**body, "instructions": "x"})
    assert writer.flush()
    assert rows(studio.path, "SELECT turn FROM exchanges") == [(1,), (1,), (2,)]


def test_free_pages_go_back(studio):
    writer = studio.writer()
    studio.exchange(writer, b"x" * 5_000_000)
    writer.close()
    assert studio.path.stat().st_size < 300_000


def test_many_small_chunks_are_packed_away(studio):
    writer = studio.writer()
    pieces = [b"data: %d\n\n" % n for n in range(3000)]
    studio.exchange(writer, b"{}", pieces)
    assert writer.flush(20)
    assert rows(studio.path, "SELECT count(*) FROM chunks") == [(0,)]
    with closing(Reader(studio.path)) as reader:
        assert [chunk.data for chunk in reader.chunks(1, Leg.RESPONSE)] == pieces
        assert reader.exchange(1).event_count == 3000


def test_a_recorder_killed_while_packing_keeps_its_summary(studio, monkeypatch: pytest.MonkeyPatch):
    """Some legs packed, some rows of a packed leg not yet deleted, some legs to do."""
    first = studio.writer()
    handle = studio.exchange(first, b'{"model": "m"}', [studio.completed(usage={"input_tokens": 5})])
    first.head(handle, Leg.UPSTREAM_REQUEST, (), at=time.monotonic())
    first.chunk(handle, Leg.UPSTREAM_REQUEST, b"unpacked", time.monotonic())
    assert first.flush()
    with closing(sqlite3.connect(studio.path)) as connection:
        connection.execute(
            "INSERT INTO chunks (exchange, leg, n, at, data) VALUES (1, 'response', 9, 0, x'00')"
        )
        connection.commit()
    monkeypatch.setattr(digester, "alive", lambda pid, host, process: False)
    second = studio.writer()
    assert second.flush()
    assert rows(studio.path, "SELECT count(*) FROM chunks") == [(0,)]
    with closing(Reader(studio.path)) as reader:
        exchange = reader.exchange(1)
        assert (exchange.event_count, exchange.usage, exchange.error) == (1, Usage(5), None)
        assert reader.body(1, Leg.RESPONSE) == studio.completed(usage={"input_tokens": 5})
        assert reader.body(1, Leg.UPSTREAM_REQUEST) == b"unpacked"


def test_an_error_in_a_running_stream_does_not_leak(studio):
    writer = studio.writer()
    handle = studio.begin(writer)
    writer.head(handle, Leg.RESPONSE, (), status=200, at=time.monotonic())
    said = studio.event(type="error", message="Incorrect API key provided: sk-abcdefgh12345678")
    writer.chunk(handle, Leg.RESPONSE, said, time.monotonic())
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        exchange = reader.exchange(1)
    assert exchange.outcome is Outcome.OPEN
    assert str(exchange.error).startswith("Incorrect API key provided: [redacted ")
