from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from sqlite3 import Connection
from threading import Lock
from typing import Any

import pytest

from inspector.capture import connect, deriving
from inspector.capture.deriving import Deriving
from inspector.capture.digester import Digester
from inspector.capture.model import Leg, Outcome
from inspector.capture.redact import Redactor

TASKS = ("request", "progress", "end")


@pytest.fixture
def writer(studio, monkeypatch: pytest.MonkeyPatch):
    """A writer whose digester does nothing: what is derived is derived by the test."""
    for task in TASKS:
        monkeypatch.setattr(Digester, task, lambda self, exchange: None)
    writer = studio.writer()
    assert writer.flush()
    return writer


@pytest.fixture
def connection(studio, writer) -> Iterator[Connection]:
    with closing(connect.for_writing(studio.path, wait_for_disk=False)) as connection:
        yield connection


@pytest.fixture
def derive(connection: Connection) -> Deriving:
    return Deriving(connection, Lock(), Redactor(b"salt"))


def row(connection: Connection, columns: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] = connection.execute(f"SELECT {columns} FROM exchanges WHERE id = 1").fetchone()
    return found


def running(studio, writer):
    handle = studio.begin(writer)
    writer.head(handle, Leg.RESPONSE, (), status=200, at=time.monotonic())
    return handle


def test_what_has_been_read_is_not_read_again(studio, writer, connection, derive):
    handle = running(studio, writer)
    assert writer.flush()
    assert derive.progress(1) is False
    for n in range(1, 4):
        for _ in range(3):  # one row
            writer.chunk(handle, Leg.RESPONSE, studio.event(type="response.x"), time.monotonic())
        assert writer.flush()
        for _ in range(2):
            assert derive.progress(1) is False
            assert row(connection, "event_count") == (3 * n,)
    writer.finish(handle, Outcome.COMPLETE, at=time.monotonic())
    assert writer.flush()
    derive.end(1)
    size = 9 * len(studio.event(type="response.x"))
    assert row(connection, "event_count, response_size, outcome") == (9, size, "complete")


def test_a_pass_over_a_running_response_is_bounded(studio, writer, connection, derive, monkeypatch):
    breaths = []
    derive = Deriving(connection, Lock(), Redactor(b"salt"), lambda: breaths.append(1))
    monkeypatch.setattr(deriving, "_AT_ONCE", 1000)
    monkeypatch.setattr(deriving, "_BREATH", 1000)
    handle = running(studio, writer)
    for _ in range(5):
        writer.chunk(handle, Leg.RESPONSE, studio.event(type="x", pad="y" * 600), time.monotonic())
        assert writer.flush()
    assert [derive.progress(1) for _ in range(4)] == [True, True, False, False]
    assert row(connection, "event_count") == (5,)
    assert breaths


def test_the_first_event_is_timed_to_the_chunk(studio, writer, connection, derive):
    start = time.monotonic()
    handle = studio.begin(writer, at=start)
    writer.head(handle, Leg.RESPONSE, (), status=200, at=start)
    for n, data in enumerate((b": a comment\n\n", b"data: {}\n", b"\n", b"data: {}\n\n"), 1):
        writer.chunk(handle, Leg.RESPONSE, data, start + n)
    assert writer.flush()
    derive.progress(1)
    assert row(connection, "event_count, first_event") == (2, pytest.approx(3.0))


def test_a_request_is_derived_once(studio, writer, connection, derive):
    studio.exchange(writer, {"model": "m", "prompt_cache_key": "k", "input": "hi"})
    assert writer.flush()
    derive.request(1)
    expected = ("m", "k", 1)
    assert row(connection, "model, session, turn") == expected
    connection.execute("UPDATE exchanges SET model = 'corrected'")
    derive.request(1)
    assert row(connection, "model") == ("corrected",)


def test_what_is_not_there_is_no_problem(connection, derive):
    derive.request(7)
    assert derive.progress(7) is False
    derive.end(7)
    derive.forget(7)


def test_a_client_that_left_after_the_end_had_all_it_wanted(studio, writer, connection, derive):
    studio.exchange(writer, b"{}", [studio.completed()], outcome=Outcome.CLIENT_GONE)
    assert writer.flush()
    derive.end(1)
    assert row(connection, "outcome, error, response_id") == ("complete", None, "resp_1")
