"""What a person puts on an exchange, a mark or a line about it, written into the capture while it is read.

A small writer beside the recorder: its file is open for one short transaction, which waits for the
recorder's and not the other way round. Like the recorder's, it takes a revision, so that everybody who
follows the capture hears of it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from inspector.capture.connect import for_writing
from inspector.capture.model import Exchange
from inspector.capture.schema import CaptureError, check_ours, transaction
from inspector.protocol.surrogates import whole

LONGEST = 500  # characters of a note
_PATIENCE_MS = 2000  # a recorder's transactions take a few


def put_mark(path: Path, exchange: Exchange, marked: bool) -> None:
    """Marks an exchange of the capture at `path`, or takes its mark away. Raises CaptureError."""
    _write(path, exchange, "marked", int(marked))


def put_note(path: Path, exchange: Exchange, note: str) -> None:
    """Puts a line about an exchange in the place of the one before; "" is none. Raises CaptureError."""
    _write(path, exchange, "note", whole(" ".join(note.split())[:LONGEST]))


def _write(path: Path, exchange: Exchange, column: str, value: object) -> None:
    if not path.exists():
        raise CaptureError(f"There is no file {path} any more to keep that in.")
    check_ours(path)
    try:
        with closing(for_writing(path, wait_for_disk=True)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            with transaction(connection):
                (revision,) = connection.execute(
                    "UPDATE meta SET value = value + 1 WHERE name = 'revision' RETURNING value"
                ).fetchone()
                # By its start as well: the path may have come to name another capture.
                done = connection.execute(
                    f"UPDATE exchanges SET revision = ?, {column} = ? WHERE id = ? AND started = ?",
                    (revision, value, exchange.id, exchange.started),
                )
                if not done.rowcount:
                    raise CaptureError(f"{path} does not hold exchange {exchange.id} any more.")
    except (sqlite3.Error, OSError) as error:
        raise CaptureError(f"That cannot be kept in {path}: {error}.") from error
