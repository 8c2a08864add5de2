"""Why a file cannot be written, in a sentence that names it and says what becomes of the traffic."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from inspector.capture import problems
from inspector.capture.problems import Contention, deleted, lost, sentence
from inspector.capture.schema import CaptureError

PATH = Path("/captures/one.db")


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite_error(sqlite3.SQLITE_FULL), "the disk is full: free some space"),
        (sqlite_error(sqlite3.SQLITE_BUSY), "is locked by another program"),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), "is locked by another program"),
        (sqlite_error(sqlite3.SQLITE_READONLY_DBMOVED), "permission denied"),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN), "its folder is missing"),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), "(as SQLite says it)"),
        (sqlite3.ProgrammingError("closed."), "(closed)"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.EACCES, "Permission denied"), "permission denied"),
        (OSError(errno.ENOENT, "No such file"), "its folder is missing"),
        (OSError(errno.EIO, "Input/output error"), "(Input/output error)"),
        (OSError("strange"), "(strange)"),
    ],
)
def test_what_is_wrong_where_and_what_goes_on(error: Exception, words: str):
    said = sentence(error, PATH)
    assert words in said
    assert str(PATH) in said
    assert said.endswith("traffic goes on, and what passes is kept in memory for a while.")
    assert ".." not in said


def test_a_capture_error_has_its_own_words():
    said = sentence(CaptureError("one.db is not a capture."), PATH)
    assert said.startswith("one.db is not a capture. Traffic goes on, ")


def test_what_is_missing_is_counted():
    assert lost(1, moved=False).startswith("1 exchange is missing")
    assert "2 exchanges are" in lost(2, moved=True)
    assert "deleted or moved" in lost(2, moved=True)
    assert str(PATH) in deleted(PATH)


def test_recorders_in_each_others_way_are_news_only_when_it_lasts(monkeypatch: pytest.MonkeyPatch):
    now = 100.0
    monkeypatch.setattr(problems.time, "monotonic", lambda: now)
    contention, busy = Contention(), sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT)
    assert not contention.is_news(busy)
    assert contention.is_news(sqlite_error(sqlite3.SQLITE_FULL))
    now += problems.LASTING
    assert contention.is_news(busy)
    contention.over()
    assert not contention.is_news(busy)
