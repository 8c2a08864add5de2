"""What can stand between a writer and its file: bytes wait, and nothing is raised at the caller."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture import connect, problems
from inspector.capture.model import Leg, Outcome
from inspector.capture.reader import Reader


def bodies(path: Path) -> list[bytes | None]:
    with closing(Reader(path)) as reader:
        return [reader.body(exchange.id, Leg.REQUEST) for exchange in reader.exchanges()]


def test_a_full_disk(studio, small_disk: Path):
    path = small_disk / "capture.db"
    writer = studio.writer(path)
    studio.exchange(writer, b"before")
    assert writer.flush()
    ballast = studio.fill(small_disk)
    big = os.urandom(200_000)
    studio.exchange(writer, big)
    studio.until(lambda: studio.problems)
    assert "the disk is full" in str(studio.problems[-1])
    assert str(path) in str(studio.problems[-1])
    ballast.unlink()
    studio.until(lambda: studio.problems[-1] is None)
    assert writer.flush(20)
    assert bodies(path) == [b"before", big]
    writer.close()


def test_a_full_disk_simulated_by_the_files_own_limit(studio, monkeypatch: pytest.MonkeyPatch):
    """The same where nothing can be mounted: SQLite refuses to let the file grow."""
    limits: list[sqlite3.Connection] = []
    open_for_writing = connect.for_writing

    def limited(path: Path, *, wait_for_disk: bool) -> sqlite3.Connection:
        connection = open_for_writing(path, wait_for_disk=wait_for_disk)
        if not wait_for_disk:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages + 4}")
            limits.append(connection)
        return connection

    monkeypatch.setattr("inspector.capture.store.for_writing", limited)
    writer = studio.writer()
    big = os.urandom(200_000)
    studio.exchange(writer, big)
    studio.until(lambda: studio.problems)
    assert "the disk is full" in str(studio.problems[-1])
    limits[0].execute("PRAGMA max_page_count = 100000")
    studio.until(lambda: studio.problems[-1] is None)
    assert writer.flush(20)
    assert bodies(studio.path) == [big]


def test_a_locked_file(studio):
    writer = studio.writer()
    assert writer.flush()
    with closing(sqlite3.connect(studio.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        studio.exchange(writer, b"meanwhile")
        studio.until(lambda: studio.problems)
        assert "locked by another program" in str(studio.problems[0])
        other.execute("COMMIT")
        studio.until(lambda: studio.problems[-1] is None)
    assert writer.flush()
    assert bodies(studio.path) == [b"meanwhile"]


def test_a_folder_that_is_not_there_yet(studio, tmp_path: Path):
    path = tmp_path / "later" / "capture.db"
    writer = studio.writer(path)
    studio.exchange(writer, b"early")
    studio.until(lambda: studio.problems)
    assert "its folder is missing" in str(studio.problems[0])
    path.parent.mkdir()
    studio.until(lambda: studio.problems[-1] is None)
    assert writer.flush()
    assert bodies(path) == [b"early"]


def test_a_deleted_file(studio):
    writer = studio.writer()
    studio.exchange(writer, b"gone with the file")
    running = studio.begin(writer)
    assert writer.flush()
    for file in (studio.path, *connect.sidecars(studio.path)):
        file.unlink()
    writer.chunk(running, Leg.REQUEST, b"its beginning is gone", time.monotonic())
    studio.exchange(writer, b"in the new file")
    studio.until(lambda: any("deleted or moved" in str(said) for said in studio.problems))
    assert writer.flush()
    assert bodies(studio.path) == [b"in the new file"]
    writer.finish(running, Outcome.COMPLETE, at=time.monotonic())
    studio.exchange(writer, b"and on")
    assert writer.flush()
    assert bodies(studio.path) == [b"in the new file", b"and on"]
    with closing(Reader(studio.path)) as reader:
        assert [note.text for note in reader.notes()] == [
            "1 exchange is missing, in whole or in part: the file was deleted or moved."
        ]
    writer.close()
    assert os.listdir(studio.path.parent) == [studio.path.name]


def test_the_file_put_back_by_another(studio, tmp_path: Path):
    writer = studio.writer()
    studio.exchange(writer, b"one")
    assert writer.flush()
    connect.create(tmp_path / "other.db")
    (tmp_path / "other.db").replace(studio.path)
    studio.exchange(writer, b"two")
    assert writer.flush()
    assert bodies(studio.path) == [b"two"]


def test_a_full_backlog_loses_whole_ends_counts_them_and_says_so(studio):
    writer = studio.writer(backlog=100_000)
    whole = studio.exchange(writer, b"whole")
    cut = studio.begin(writer)
    assert writer.flush()
    with closing(sqlite3.connect(studio.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer.chunk(cut, Leg.REQUEST, b"a" * 60_000, time.monotonic())
        writer.chunk(cut, Leg.REQUEST, b"b" * 60_000, time.monotonic())  # no room
        writer.chunk(cut, Leg.REQUEST, b"c", time.monotonic())  # room, but there would be a hole
        writer.chunk(studio.begin(writer), Leg.REQUEST, b"d" * 60_000, time.monotonic())
        for _ in range(50):
            studio.exchange(writer, b"", headers=(("x", "y" * 2000),))
        other.execute("COMMIT")
    studio.until(lambda: any("are missing, in whole" in str(said) for said in studio.problems))
    studio.exchange(writer, b"well again")
    assert writer.flush()
    assert studio.problems[-1] is None
    with closing(Reader(studio.path)) as reader:
        exchanges = reader.exchanges()
        (note,) = reader.notes()
        assert reader.body(cut.id, Leg.REQUEST) == b"a" * 60_000
        interrupted = reader.exchange(cut.id)
        assert reader.exchange(whole.id).outcome is Outcome.COMPLETE
    assert (interrupted.outcome, interrupted.error) == (
        Outcome.INTERRUPTED,
        "the rest of this exchange could not be recorded",
    )
    assert note.kind == "lost"
    missing = int(note.text.split()[0])
    complete = sum(exchange.outcome is Outcome.COMPLETE for exchange in exchanges)
    assert missing + complete == 1 + 1 + 1 + 50 + 1
    assert len(exchanges) >= complete + 2


def test_closing_while_the_file_cannot_be_written_takes_no_longer_than_told(studio):
    writer = studio.writer()
    assert writer.flush()
    with closing(sqlite3.connect(studio.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        studio.exchange(writer, b"lost")
        begun = time.monotonic()
        writer.close(0.3)
        assert time.monotonic() - begun < 10
        assert studio.problems[-1] is not None


def test_news_that_cannot_be_told_do_not_end_the_recording(tmp_path: Path, studio):
    def tell(sentence: str | None) -> None:
        raise RuntimeError("the screen is gone")

    from inspector.capture.writer import RecorderInfo, Writer

    path = tmp_path / "later" / "capture.db"
    writer = Writer(path, RecorderInfo("1", "observe"), on_problem=tell)
    studio.exchange(writer, b"kept")
    studio.until(lambda: writer._told)
    path.parent.mkdir()
    assert writer.flush(20)
    assert bodies(path) == [b"kept"]
    with closing(Reader(path)) as reader:
        studio.until(lambda: any("the screen is gone" in note.text for note in reader.notes()))
    writer.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "the disk is full"),
        (PermissionError(13, "Permission denied"), "permission denied"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (sqlite3.OperationalError("something odd."), "(something odd)"),
    ],
)
def test_problems_in_words(error: Exception, said: str):
    sentence = problems.sentence(error, Path("/x/capture.db"))
    assert said in sentence
    assert "/x/capture.db" in sentence
    assert sentence.endswith(".")
