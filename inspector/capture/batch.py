"""Transactions for who writes much: each takes in what comes in a fraction of a second, and then commits.

So a screen sees the capture grow, a live recorder of the same file waits no longer than for another recorder,
and a process that dies leaves all but the last moment.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from inspector.capture.connect import for_writing, length, sidecars
from inspector.capture.schema import CaptureError, check_ours

LONGEST = 0.05  # seconds that a transaction is open, as a rule
_LARGEST = 2**23  # bytes that are handed over in one
_LARGE_WAL = 2**24
_PATIENCE_MS = 10_000  # recorders' transactions take a few
# What is wrong with a value, not with the file.
_OF_VALUES = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)


class Batch:
    """The capture at `path`, made if it is not there, with a transaction that begins and ends by itself.

    Every method raises CaptureError, in a sentence, when the file cannot be used or written; then it can only
    be closed. `revision` is that of the running transaction; `before_commit` may write into it as well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.revision = 0
        self.usable = True
        self.problem: str | None = None  # why it is not
        check_ours(path)
        with self._failing():
            self.connection = for_writing(path, wait_for_disk=True)
        self.connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        self.before_commit: Callable[[], None] = lambda: None
        self._began: float | None = None  # the transaction; None: there is none
        self._size = 0  # bytes in it
        self._depth = 0  # of pieces within pieces: only what is whole is committed

    @contextmanager
    def writing(self, size: int = 0) -> Iterator[None]:
        """All of what is written inside, `size` bytes, or nothing of it when an exception passes."""
        with self._failing():
            if self._began is None:
                self.connection.execute("BEGIN IMMEDIATE")
                self._began = time.monotonic()
                (self.revision,) = self.one(
                    "UPDATE meta SET value = value + 1 WHERE name = 'revision' RETURNING value"
                )
            self.connection.execute("SAVEPOINT piece")
            self._depth += 1
            try:
                yield
            except BaseException:
                if self.connection.in_transaction:  # a full disk may have rolled back already
                    self.connection.execute("ROLLBACK TO piece")
                raise
            finally:
                self._depth -= 1
                if self.connection.in_transaction:
                    self.connection.execute("RELEASE piece")
        self._size += size
        self.breathe()

    def breathe(self) -> None:
        """Commits what has waited long enough, or is enough."""
        if self._began is None or self._depth:
            return
        if self._size >= _LARGEST or time.monotonic() - self._began >= LONGEST:
            self.flush()

    def flush(self) -> None:
        """What was written so far is to be seen by others."""
        if self._began is None:
            return
        with self._failing():
            self.before_commit()
            self.connection.execute("COMMIT")
            self._began, self._size = None, 0
            wal = sidecars(self.path)[0]
            if length(wal) > _LARGE_WAL:
                self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def drop(self) -> None:
        """Takes back what was not flushed."""
        with suppress(sqlite3.Error):  # what could not be written has been told by now
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        self._began, self._size = None, 0

    def close(self) -> None:
        """Closes the file; what was not flushed is lost. A second time does nothing."""
        self.usable = False
        self.drop()
        self.connection.close()

    def insert(self, table: str, columns: Mapping[str, object]) -> int:
        """A new row; its number."""
        done = self.connection.execute(_insertion("INSERT", table, tuple(columns)), tuple(columns.values()))
        assert done.lastrowid is not None
        return done.lastrowid

    def put(self, table: str, columns: Mapping[str, object]) -> None:
        """A row, new or in the place of the one with the same key."""
        statement = _insertion("INSERT OR REPLACE", table, tuple(columns))
        self.connection.execute(statement, tuple(columns.values()))

    def update(self, table: str, number: int, columns: Mapping[str, object]) -> None:
        """Some columns of a row."""
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self.connection.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*columns.values(), number))

    def one(self, statement: str, *values: object) -> Any:
        """The first row, None when there is none."""
        return self.connection.execute(statement, values).fetchone()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            if isinstance(error, _OF_VALUES):
                raise
            self.usable = False
            self.problem = _sentence(self.path, error)
            raise CaptureError(self.problem) from error


@cache
def _insertion(verb: str, table: str, columns: tuple[str, ...]) -> str:
    return f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _sentence(path: Path, error: Exception) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return f"{path} cannot grow, the disk is full; what it held is all there."
    if code == sqlite3.SQLITE_BUSY:
        return f"{path} is locked by another program."
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{path} cannot be written: {words}."
