"""Captures that are only filled by imports, each by one: who is to fill one, and whether it is whole.

Several processes may want to at once. They ask inside a transaction, so one of them is told that it may; it
is among the recorders from then on, and as long as it lives the others leave it alone.

What one that was stopped has read goes when another begins. What a person has added meanwhile stays: marks
and notes come back to what is read from the same place again, and so does what was sent again from there.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from inspector.capture import rows
from inspector.capture.batch import Batch
from inspector.capture.connect import for_reading
from inspector.capture.liveness import alive
from inspector.capture.model import Source
from inspector.capture.schema import CaptureError

_READ = (
    "exchange IN (SELECT id FROM exchanges WHERE recorder IN (SELECT id FROM recorders WHERE mode = :mode))"
)
_GOES = (
    "DELETE FROM damage",
    "DELETE FROM imports",
    *(f"DELETE FROM {table} WHERE {_READ}" for table in ("held", "chunks", "legs", "notes")),
    "DELETE FROM hold_apps WHERE name = :mode",
    "DELETE FROM notes WHERE exchange IS NULL",
    # Of a body that stays, those before it in its chain stay as well.
    """WITH RECURSIVE needed (id) AS (SELECT body FROM legs WHERE body IS NOT NULL
            UNION SELECT base FROM bodies JOIN needed USING (id) WHERE base IS NOT NULL)
        DELETE FROM bodies WHERE id NOT IN needed""",
    "DELETE FROM exchanges WHERE recorder IN (SELECT id FROM recorders WHERE mode = :mode)",
    "DELETE FROM recorders WHERE mode = :mode",
    "DELETE FROM sqlite_sequence WHERE NOT EXISTS (SELECT 1 FROM exchanges)",  # numbers begin anew
)

Origin = tuple[str, str, int]
"""Where an exchange was read: the file's name, the place in it, and which of those that stand there it is."""


@dataclass(slots=True)
class Added:
    """What persons had added to what is read anew, by where that was read."""

    marks: dict[Origin, tuple[bool, str]] = field(default_factory=dict)  # and notes
    children: dict[Origin, list[int]] = field(default_factory=dict)  # exchanges that were made of it
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def origin(self, source: Source | None) -> Origin:
        """That of the next exchange in order; to be asked of every one."""
        where = (source.file, source.place) if source else ("", "")
        self._seen[where] += 1
        return (*where, self._seen[where])


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


def take(batch: Batch, mode: str) -> Added | None:
    """None where it is not ours to fill. Else nothing is in it but what persons have added.

    In a transaction, in which we become a recorder of it.
    """
    if _standing(batch.connection, mode) in (Standing.FILLING, Standing.WHOLE):
        return None
    added = _added(batch.connection, mode)
    for statement in _GOES:
        batch.connection.execute(statement, {"mode": mode} if ":mode" in statement else {})
    return added


def _added(connection: sqlite3.Connection, mode: str) -> Added:
    added, origins = Added(), Added()
    for number, source, marked, note in connection.execute(
        """SELECT id, source, marked, note FROM exchanges
            WHERE recorder IN (SELECT id FROM recorders WHERE mode = ?) ORDER BY id""",
        (mode,),
    ).fetchall():
        origin = origins.origin(rows.source(source))
        if marked or note:
            added.marks[origin] = bool(marked), note
        children = connection.execute(
            """SELECT id FROM exchanges WHERE parent = ?
                AND recorder NOT IN (SELECT id FROM recorders WHERE mode = ?)""",
            (number, mode),
        ).fetchall()
        if children:
            added.children[origin] = [child for (child,) in children]
    return added


def _standing(connection: sqlite3.Connection, mode: str) -> Standing:
    files, ended = connection.execute("SELECT count(*), count(ended) FROM imports").fetchone()
    if files and files == ended:
        return Standing.WHOLE
    running = connection.execute(
        "SELECT DISTINCT pid, host, process FROM recorders WHERE ended IS NULL AND mode = ?", (mode,)
    ).fetchall()
    return Standing.FILLING if any(alive(*one) for one in running) else Standing.STOPPED
