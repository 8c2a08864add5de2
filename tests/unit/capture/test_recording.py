from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from inspector.capture import recording as recording_module
from inspector.capture.handle import Handle
from inspector.capture.model import Leg, Outcome
from inspector.capture.reader import Reader
from inspector.capture.recording import Piece, Recording
from inspector.capture.store import Beginning, RecorderInfo, Store

TOLD = Beginning("POST", "https://h/", "HTTP/1.1", (), "responses.create", "observe", "c", None, 1000.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "capture.db"


@pytest.fixture
def recording(path: Path) -> Iterator[Recording]:
    recording = Recording(
        path, RecorderInfo("1", "observe"), keep_secrets=False, on_problem=lambda error: None
    )
    yield recording
    recording.close(10)


def begin(handle: Handle) -> Piece:
    return Piece(Store.begin, handle, (TOLD,), 0)


def finish(handle: Handle) -> Piece:
    return Piece(Store.finish, handle, (Outcome.COMPLETE, None, 1.0, {}), 0)


def settled(recording: Recording) -> None:
    done = Event()
    recording.caught_up(done)
    assert done.wait(20)


def outcomes(path: Path) -> list[Outcome]:
    with closing(Reader(path)) as reader:
        return [exchange.outcome for exchange in reader.exchanges()]


def test_a_batch_is_written_and_digested(recording: Recording, path: Path):
    handle = Handle(0.0)
    recording.write([])
    recording.write([begin(handle), finish(handle)])
    settled(recording)
    assert outcomes(path) == [Outcome.COMPLETE]
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("SELECT summary_version FROM exchanges").fetchone()
    assert version > 0


def test_what_cannot_be_written_now_can_be_later(recording: Recording, path: Path):
    handle = Handle(0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            recording.write([begin(handle)])
        assert (handle.id, handle.file) == (None, None)
        other.execute("COMMIT")
    recording.write([begin(handle)])
    assert handle.id == 1


def test_a_piece_that_cannot_be_written_costs_nothing_but_itself(recording: Recording, path: Path):
    one, two = Handle(0.0), Handle(0.0)

    def broken(store: Store, *arguments: Any) -> None:
        raise RuntimeError("a bug of ours")

    recording.write([begin(one), Piece(broken, one, (), 0), begin(two), finish(two)])
    settled(recording)
    assert outcomes(path) == [Outcome.OPEN, Outcome.COMPLETE]
    with closing(Reader(path)) as reader:
        (note,) = reader.notes()
    assert "a bug of ours" in note.text


def test_a_file_that_went_away_is_abandoned(path: Path):
    recording = Recording(
        path, RecorderInfo("1", "observe"), keep_secrets=False, on_problem=lambda error: None
    )
    assert recording.is_still_there()
    path.unlink()
    assert not recording.is_still_there()
    recording.abandon()
    assert list(path.parent.iterdir()) == []


def test_exchanges_of_an_earlier_file_are_told_once(recording: Recording):
    stranger = Handle(0.0)
    recording.write([Piece(Store.trailers, stranger, (Leg.REQUEST, ()), 0)])
    assert recording.missed() == {stranger}
    assert recording.missed() == set()


def test_one_that_cannot_be_opened_leaves_no_recorder_behind(
    path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_: object, **__: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(recording_module, "for_writing", busy)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        Recording(path, RecorderInfo("1", "observe"), keep_secrets=False, on_problem=lambda error: None)
    with closing(Reader(path)) as reader:
        assert len(reader.living()) == 1
