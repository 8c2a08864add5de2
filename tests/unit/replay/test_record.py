"""The capture that is sent into, opened before anything is sent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.replay.record import open_record


def test_a_new_capture_is_made_and_the_recorder_is_no_proxy(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    problems: list[str | None] = []
    writer = open_record(path, {"families": {"m": "gpt-5"}}, problems.append)
    writer.close()
    with closing(Reader(path)) as reader:
        (recorder,) = reader.recorders()
    assert (recorder.mode, recorder.listening, recorder.options) == (
        "replay",
        None,
        {"families": {"m": "gpt-5"}},
    )
    assert not problems


def test_one_of_an_older_format_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    open_record(path, {}, lambda _: None).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")
    before = path.read_bytes()
    with pytest.raises(CaptureError, match="older inspector"):
        open_record(path, {}, lambda _: None)
    assert path.read_bytes() == before


def test_one_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"cannot be recorded in .*x\.db: No such file or directory\.$"):
        open_record(tmp_path / "no folder" / "x.db", {}, lambda _: None)


def test_one_that_another_holds_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "busy.db"
    open_record(path, {}, lambda _: None).close()
    monkeypatch.setattr("inspector.replay.record._PATIENCE_MS", 10)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(CaptureError, match=r"Nothing was sent.*database is locked"):
            open_record(path, {}, lambda _: None)


def test_a_link_leads_to_the_capture(tmp_path: Path) -> None:
    link, path = tmp_path / "link.db", tmp_path / "folder" / "x.db"
    path.parent.mkdir()
    open_record(path, {}, lambda _: None).close()
    link.symlink_to(path)
    problems: list[str | None] = []
    open_record(link, {}, problems.append).close()
    with closing(Reader(link)) as reader:
        assert len(list(reader.recorders())) == 2
    assert not problems
    assert link.is_symlink()
