from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inspector import folders
from inspector.capture import connect, library
from inspector.capture.schema import CaptureError

NOW = datetime(2026, 1, 31, 12, 0, 0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))


def make(studio, days_ago: float, exchanges: int = 1) -> Path:
    path = library.new_capture_path(NOW - timedelta(days=days_ago))
    writer = studio.writer(path)
    for _ in range(exchanges):
        studio.exchange(writer, b"{}")
    writer.close()
    with closing(sqlite3.connect(path)) as connection:
        started = (NOW - timedelta(days=days_ago)).timestamp()
        connection.execute("UPDATE recorders SET started = ?", (started,))
        connection.commit()
    return path


def test_a_new_captures_name_is_its_moment():
    path = library.new_capture_path(NOW)
    assert path == folders.captures() / "20260131-120000.db"


def test_two_of_one_second_have_two_names():
    names = []
    for _ in range(3):
        path = library.new_capture_path(NOW)
        path.touch()
        names.append(path.name)
    assert names == ["20260131-120000.db", "20260131-120000-2.db", "20260131-120000-3.db"]


def test_captures_are_listed_oldest_first(studio):
    new, old = make(studio, 1, exchanges=2), make(studio, 9)
    first, second = library.captures()
    assert (first.path, second.path) == (old, new)
    assert (first.exchanges, second.exchanges) == (1, 2)
    assert second.size == new.stat().st_size
    assert second.started == (NOW - timedelta(days=1)).timestamp()
    assert not first.in_use
    assert first.problem is None


def test_files_that_are_not_ours_are_neither_listed_nor_deleted():
    (folders.captures() / "notes.txt").write_text("x")
    (folders.captures() / "empty.db").touch()
    with closing(sqlite3.connect(folders.captures() / "theirs.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
    assert library.captures() == []
    for name in ("theirs.db", "empty.db", "none.db"):
        with pytest.raises(CaptureError):
            library.delete(folders.captures() / name)
    assert library.prune(now=NOW, keep=0) == []
    assert (folders.captures() / "theirs.db").exists()


def test_a_capture_in_use_is_neither_deleted_nor_pruned(studio):
    path = library.new_capture_path(NOW)
    writer = studio.writer(path)
    studio.begin(writer)
    assert writer.flush()
    (found,) = library.captures()
    assert found.in_use
    assert found.size >= path.stat().st_size + connect.sidecars(path)[0].stat().st_size
    with pytest.raises(CaptureError, match="being recorded into"):
        library.delete(path)
    assert library.prune(now=NOW + timedelta(days=999), older_than=timedelta(0), keep=0) == []
    writer.close()
    library.delete(path)
    assert library.captures() == []


def test_pruning_by_age_and_by_number(studio):
    paths = {days: make(studio, days) for days in (1, 5, 20, 40)}
    gone = library.prune(now=NOW, older_than=timedelta(days=30))
    assert [capture.path for capture in gone] == [paths[40]]
    gone = library.prune(now=NOW, keep=1)
    assert [capture.path for capture in gone] == [paths[20], paths[5]]
    assert [capture.path for capture in library.captures()] == [paths[1]]
    assert library.prune(now=NOW) == []


def test_deleting_takes_what_is_beside_it(studio):
    path = make(studio, 1)
    for file in connect.sidecars(path):
        file.touch()
    library.delete(path)
    assert list(folders.captures().iterdir()) == []


def test_a_capture_that_cannot_be_read_is_listed_with_the_reason_and_kept(studio):
    path = make(studio, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    (found,) = library.captures()
    assert found.exchanges is None
    assert "newer inspector" in str(found.problem)
    assert library.prune(now=NOW, keep=0) == []


def test_a_folder_may_be_named(studio, tmp_path: Path):
    writer = studio.writer(tmp_path / "elsewhere.db")
    writer.close()
    assert [capture.path.name for capture in library.captures(tmp_path)] == ["elsewhere.db"]
