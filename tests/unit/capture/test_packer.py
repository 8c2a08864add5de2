from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from threading import Lock
from typing import Any

import pytest

from inspector.capture import connect, packer, runs
from inspector.capture.bodies import unpack_index
from inspector.capture.chain import BodyCache, fetch
from inspector.capture.model import Leg
from inspector.capture.packer import Packer


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Two exchanges of one session, each with an empty leg and one in three runs."""
    with closing(connect.for_writing(tmp_path / "capture.db", wait_for_disk=False)) as connection:
        connection.execute(
            """INSERT INTO recorders (pid, host, process, version, mode, started)
                VALUES (1, '', '', '', '', 0)"""
        )
        for exchange in (1, 2):
            connection.execute(
                """INSERT INTO exchanges (revision, recorder, method, url, http_version, operation, mode,
                    connection, started, outcome, session)
                    VALUES (1, 1, '', '', '', 'responses.create', '', '', 0, 'complete', 's')"""
            )
            for leg in (Leg.REQUEST, Leg.RESPONSE):
                connection.execute(
                    "INSERT INTO legs (exchange, leg, headers) VALUES (?, ?, '[]')", (exchange, leg)
                )
            for n in range(3):
                times, pieces = [n, n + 0.5], [b"%d " % exchange * 100, b"common " * 100]
                runs.insert(connection, exchange, Leg.REQUEST, runs.run_of(2 * n, times, pieces))
        yield connection


def legs(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT exchange, leg, body, chunk_index FROM legs ORDER BY exchange, leg"
    ).fetchall()


def left(connection: Connection) -> list[tuple[int]]:
    return connection.execute("SELECT DISTINCT exchange FROM chunks").fetchall()


def test_runs_become_one_body_and_an_index(connection: Connection):
    Packer(connection, Lock()).pack(1)
    (_, _, body, index), (_, _, none, empty), *others = legs(connection)
    assert fetch(connection, body, BodyCache(0)) == (b"1 " * 100 + b"common " * 100) * 3
    assert [(pytest.approx(n / 2), size) for n, size in enumerate((200, 700) * 3)] == unpack_index(index)
    assert (none, empty) == (None, b"")
    assert [row[2:] for row in others] == [(None, None)] * 2
    assert left(connection) == [(2,)]


def test_the_next_one_of_the_session_builds_on_it(connection: Connection):
    for _ in range(2):  # doing it twice is doing it once
        for exchange in (1, 2):
            Packer(connection, Lock()).pack(exchange)
    assert connection.execute("SELECT id, base, depth FROM bodies").fetchall() == [(1, None, 0), (2, 1, 1)]
    assert fetch(connection, 2, BodyCache(0)).startswith(b"2 2 ")
    assert left(connection) == []


def test_what_another_recorder_packed_meanwhile_stays(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    ours = Packer(connection, Lock())
    press = ours._chain.press

    def slow(*arguments: Any) -> Any:
        monkeypatch.undo()
        Packer(connection, Lock()).pack(1)
        return press(*arguments)

    monkeypatch.setattr(ours._chain, "press", slow)
    ours.pack(1)
    assert connection.execute("SELECT count(*) FROM bodies").fetchone() == (1,)


def test_rows_go_a_few_at_a_time(connection: Connection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packer, "_ROWS_AT_ONCE", 2)
    Packer(connection, Lock()).pack(1)
    assert left(connection) == [(2,)]


def test_a_damaged_run_is_not_thrown_away(connection: Connection):
    connection.execute("UPDATE chunks SET cuts = x'00' WHERE exchange = 1")
    with pytest.raises(ValueError, match="damaged"):
        Packer(connection, Lock()).pack(1)
    assert left(connection) == [(1,), (2,)]
