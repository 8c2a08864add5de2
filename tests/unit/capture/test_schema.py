from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture import connect
from inspector.capture.schema import (
    APPLICATION_ID,
    MIGRATIONS,
    CaptureError,
    Migration,
    apply_migrations,
    check_ours,
    format_of,
)

NEXT = Migration("a colour of exchanges", ("ALTER TABLE exchanges ADD COLUMN colour TEXT",))
BROKEN = Migration("half of it", ("CREATE TABLE half (x)", "CREATE TABLE half (x)"))


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "capture.db"
    connect.create(path)
    return path


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")


def newer(path: Path) -> None:
    connect.create(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


REFUSED = {
    "text": (lambda path: path.write_text("hello " * 100), "not a SQLite file"),
    "a few bytes": (lambda path: path.write_bytes(b"SQLite format 3\0"), "not a SQLite file"),
    "foreign": (foreign, "another program's SQLite file"),
    "newer": (newer, "newer inspector"),
    "folder": (Path.mkdir, "is a folder"),
}


def test_a_capture_says_its_format(capture: Path):
    assert format_of(capture) == len(MIGRATIONS)
    with closing(sqlite3.connect(capture)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_empty_file_may_become_one(tmp_path: Path):
    path = tmp_path / "empty.db"
    path.touch()
    assert format_of(path) == 0
    check_ours(path)


@pytest.mark.parametrize("kind", REFUSED)
def test_other_files_are_refused_in_a_sentence_and_stay_as_they_are(kind: str, tmp_path: Path):
    make, said = REFUSED[kind]
    path = tmp_path / "file.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    for look in (format_of, check_ours, connect.for_reading, connect.migrate):
        with pytest.raises(CaptureError, match=said) as refusal:
            look(path)
        assert str(path) in str(refusal.value)
        assert "\n" not in str(refusal.value)
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert os.listdir(tmp_path) == ["file.db"]


def test_no_file_is_said(tmp_path: Path):
    with pytest.raises(CaptureError, match="There is no file"):
        format_of(tmp_path / "none.db")
    check_ours(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists(), "looking must not make it"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_a_pipe_is_not_replaced_by_a_capture(tmp_path: Path):
    """Nor is a device: both have no bytes, as an empty file has."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for ask in (format_of, check_ours, connect.for_reading):
        with pytest.raises(CaptureError, match="is no file on a disk"):
            ask(pipe)
    assert pipe.is_fifo()


def test_a_path_that_cannot_be_written_is_no_reason_to_refuse(tmp_path: Path):
    check_ours(tmp_path / "no folder" / "capture.db")


def test_an_older_capture_is_not_written_into(capture: Path):
    with pytest.raises(CaptureError, match="older inspector"):
        check_ours(capture, (*MIGRATIONS, NEXT))


def test_migrations_are_named_in_the_file(capture: Path):
    with closing(sqlite3.connect(capture, isolation_level=None)) as connection:
        apply_migrations(connection, (*MIGRATIONS, NEXT))
        assert connection.execute("SELECT version, name FROM migrations").fetchall() == [
            (n, migration.name) for n, migration in enumerate((*MIGRATIONS, NEXT), 1)
        ]
        assert connection.execute("SELECT colour FROM exchanges").fetchall() == []


def test_a_migration_that_fails_leaves_nothing_behind(capture: Path):
    with closing(sqlite3.connect(capture, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            apply_migrations(connection, (*MIGRATIONS, NEXT, BROKEN))
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
        assert connection.execute("SELECT * FROM sqlite_schema WHERE name = 'half'").fetchall() == []
        assert connection.execute("SELECT count(*) FROM migrations").fetchone() == (len(MIGRATIONS) + 1,)


def test_an_older_capture_is_read_from_a_migrated_copy(capture: Path):
    before = capture.read_bytes()
    opened = connect.for_reading(capture, (*MIGRATIONS, NEXT))
    assert not opened.live
    assert opened.connection.execute("SELECT colour FROM exchanges").fetchall() == []
    opened.close()
    assert capture.read_bytes() == before
    assert os.listdir(capture.parent) == [capture.name]


def test_its_owner_may_have_it_migrated_in_place(capture: Path):
    connect.migrate(capture, (*MIGRATIONS, NEXT))
    assert format_of(capture, (*MIGRATIONS, NEXT)) == len(MIGRATIONS) + 1
    with pytest.raises(CaptureError, match="newer inspector"):
        format_of(capture)
