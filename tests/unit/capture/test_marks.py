"""Marks and notes: kept in the file, seen by everyone on it, never in a recorder's way."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture import connect
from inspector.capture.filter.language import parse
from inspector.capture.marks import LONGEST, put_mark, put_note
from inspector.capture.reader import Reader
from inspector.capture.schema import MIGRATIONS, CaptureError
from inspector.capture.searching import search
from inspector.capture.tail import Tail


@pytest.fixture
def path(studio: Any) -> Path:
    """A finished capture of two exchanges."""
    writer = studio.writer()
    for body in ({"n": 1}, {"n": 2}):
        studio.exchange(writer, body, [studio.completed()])
    writer.close()
    return Path(studio.path)


@pytest.fixture
def reader(path: Path) -> Iterator[Reader]:
    with closing(Reader(path)) as reader:
        yield reader


def put(reader: Reader) -> list[tuple[bool, str]]:
    return [(exchange.marked, exchange.note) for exchange in reader.exchanges()]


def found(reader: Reader, text: str) -> list[int]:
    return [exchange.id for step in search(reader, parse(text)) for exchange in step.found]


def test_they_are_kept_and_taken_away(path: Path):
    with closing(Reader(path)) as reader:
        first, second = reader.exchanges()
        put_mark(path, second, True)
        put_note(path, first, "  the one\nthat broke \ud800")
        assert put(reader) == [(False, "the one that broke �"), (True, "")]
        put_mark(path, second, False)
        put_note(path, first, "x" * (LONGEST + 5))
        assert put(reader) == [(False, "x" * LONGEST), (False, "")]
        put_note(path, first, "")
        assert put(reader) == [(False, ""), (False, "")]
    assert os.listdir(path.parent) == [path.name]


def test_whoever_follows_the_capture_hears_of_them(path: Path, reader: Reader):
    tail = Tail(reader)
    first, _ = tail.poll()
    put_note(path, first, "look here")
    (changed,) = tail.poll()
    assert (changed.id, changed.note) == (first.id, "look here")
    assert replace(changed, note="", revision=first.revision) == first
    assert tail.poll() == []


def test_the_filter_finds_them(path: Path, reader: Reader):
    first, second = reader.exchanges()
    put_mark(path, first, True)
    put_note(path, second, "Retried by hand")
    assert found(reader, "has:mark") == found(reader, "is:marked") == [first.id]
    assert found(reader, "has:note") == found(reader, "note:hand") == [second.id]


def test_a_recorder_goes_on_beside_them(studio: Any):
    writer = studio.writer()
    handle = studio.begin(writer)
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        begun = reader.exchange(handle.id)

        def often() -> None:
            for n in range(30):
                put_note(studio.path, begun, str(n))

        beside = threading.Thread(target=often)
        beside.start()
        for _ in range(30):
            studio.exchange(writer, {"n": 1}, [studio.completed()])
            assert writer.flush()
        beside.join()
        assert reader.exchange(handle.id).note == "29"
        assert len(reader.exchanges()) == 31
    assert studio.problems == []


def older(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")


def another(path: Path) -> None:
    path.unlink()
    connect.create(path)


REFUSED = {
    "gone": (Path.unlink, "There is no file"),
    "another": (another, "does not hold exchange 1 any more"),
    "older": (older, r"inspector captures migrate /.*/capture\.db`"),
    "foreign": (lambda path: path.write_text("hello " * 100), "not a SQLite file"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_kept_is_told_in_a_sentence(kind: str, path: Path):
    with closing(Reader(path)) as reader:
        first = reader.exchanges()[0]
    spoil, said = REFUSED[kind]
    spoil(path)
    for refuse in (lambda: put_mark(path, first, True), lambda: put_note(path, first, "x")):
        with pytest.raises(CaptureError, match=said) as refusal:
            refuse()
        assert "\n" not in str(refusal.value)


def test_a_locked_file_is_told_after_a_moment(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inspector.capture.marks._PATIENCE_MS", 10)
    with closing(Reader(path)) as reader:
        first = reader.exchanges()[0]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CaptureError, match=r"cannot be kept .* locked"):
            put_mark(path, first, True)
