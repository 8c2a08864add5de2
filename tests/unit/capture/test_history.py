from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from inspector.capture import connect
from inspector.capture.history import CaptureHistory
from inspector.capture.sessions import Latest, Place


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with closing(connect.for_writing(tmp_path / "capture.db", wait_for_disk=False)) as connection:
        connection.execute(
            """INSERT INTO recorders (pid, host, process, version, mode, started)
                VALUES (1, '', '', '', '', 0)"""
        )
        yield connection


@pytest.fixture
def add(connection: Connection) -> Callable[..., None]:
    """An exchange with these derived columns."""

    def add(
        session: str | None = None,
        turn: int | None = None,
        turn_id: str | None = None,
        response_id: str | None = None,
        digest: str | None = None,
        parent: int | None = None,
    ) -> None:
        connection.execute(
            """INSERT INTO exchanges (revision, recorder, method, url, http_version, operation, mode,
                connection, started, outcome, session, turn, turn_id, response_id, request_digest, parent)
                VALUES (1, 1, '', '', '', '', '', '', 0, 'complete', ?, ?, ?, ?, ?, ?)""",
            (session, turn, turn_id, response_id, digest, parent),
        )

    return add


def test_an_empty_capture_knows_nothing(connection: Connection):
    history = CaptureHistory(connection)
    assert history.session_of_response("r") is None
    assert history.turn_of("s", "t") is None
    assert history.latest("s") is None


def test_the_last_one_of_a_response_id_counts(connection: Connection, add: Callable[..., None]):
    add("first", 1, response_id="r")
    add("second", 1, response_id="r")
    assert CaptureHistory(connection).session_of_response("r") == "second"
    assert CaptureHistory(connection, before=2).session_of_response("r") == "first"


def test_a_turn_id_has_one_number_in_its_session(connection: Connection, add: Callable[..., None]):
    add("s", None, "t")  # not placed yet
    add("s", 4, "t")
    add("other", 9, "t")
    assert CaptureHistory(connection).turn_of("s", "t") == 4
    assert CaptureHistory(connection, before=2).turn_of("s", "t") is None


def test_the_latest_is_of_the_last_turn(connection: Connection, add: Callable[..., None]):
    add("s", 2, digest="a")
    add("s", 2, digest="b")
    add("s", 1, digest="late")  # of an earlier turn, though it came last
    add("s")
    add("other", 7)
    assert CaptureHistory(connection).latest("s") == Latest(2, "b")
    assert CaptureHistory(connection, before=2).latest("s") == Latest(2, "a")


def test_a_replay_is_no_request_of_the_session(connection: Connection, add: Callable[..., None]):
    add("s", 2, digest="a")
    add("s", 2, digest="b", parent=1)
    history = CaptureHistory(connection)
    assert history.latest("s") == Latest(2, "a")
    assert history.place_of(1) == Place("s", 2)
    assert (history.place_of(None), history.place_of(7)) == (None, None)
