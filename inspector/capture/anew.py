"""Captures that are only filled by imports, each by one: who is to fill one, and whether it is whole.

Several processes may want to at once. They ask inside a transaction, so one of them is told that it may; it
is among the recorders from then on, and as long as it lives the others leave it alone.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from inspector.capture.batch import Batch
from inspector.capture.connect import for_reading
from inspector.capture.liveness import alive
from inspector.capture.schema import CaptureError

_TABLES = (
    "damage", "imports", "held", "hold_rules", "hold_apps", "chunks", "legs", "bodies", "notes", "exchanges",
    "recorders",
)  # fmt: skip


class Standing(StrEnum):
    """How it stands with such a capture."""

    NONE = "none"  # there is no such file, or none that could be read
    FILLING = "filling"
    WHOLE = "whole"
    STOPPED = "stopped"  # nobody fills it, and it is not whole


def standing(path: Path, mode: str) -> Standing:
    """That of the capture at `path`; `mode` is that of the recorders that fill it."""
    try:
        opened = for_reading(path)
    except CaptureError:
        return Standing.NONE
    with closing(opened):
        return _standing(opened.connection, mode)


def touched(path: Path) -> bool:
    """Whether a person has added to it: a mark, a note, something sent again."""
    opened = for_reading(path)
    with closing(opened):
        (found,) = opened.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM exchanges WHERE marked OR note <> '' OR made IS NOT NULL)"
        ).fetchone()
        return bool(found)


def take(batch: Batch, mode: str) -> bool:
    """Whether it is ours to fill; then it is empty. In a transaction, in which we become a recorder of it."""
    if _standing(batch.connection, mode) in (Standing.FILLING, Standing.WHOLE):
        return False
    for table in _TABLES:
        batch.connection.execute(f"DELETE FROM {table}")
    batch.connection.execute("DELETE FROM sqlite_sequence")  # numbers begin anew
    return True


def _standing(connection: sqlite3.Connection, mode: str) -> Standing:
    files, ended = connection.execute("SELECT count(*), count(ended) FROM imports").fetchone()
    if files and files == ended:
        return Standing.WHOLE
    running = connection.execute(
        "SELECT DISTINCT pid, host, process FROM recorders WHERE ended IS NULL AND mode = ?", (mode,)
    ).fetchall()
    return Standing.FILLING if any(alive(*one) for one in running) else Standing.STOPPED
