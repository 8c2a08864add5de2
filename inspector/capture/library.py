"""The person's captures: where the next one goes, which there are, and letting go of old ones."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from inspector import folders
from inspector.capture import connect
from inspector.capture.connect import for_reading, length, sidecars
from inspector.capture.liveness import alive
from inspector.capture.schema import MIGRATIONS, CaptureError, NewerCapture, format_of


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """One of them. `size` in bytes, everything beside it included; `started` is Unix time.

    `problem` says in a sentence why it cannot be read; then the counts are None.
    """

    path: Path
    size: int
    started: float
    exchanges: int | None
    in_use: bool
    problem: str | None = None


def new_capture_path(now: datetime) -> Path:
    """Where a recording that starts `now` goes when nobody says: a name that is not taken."""
    folder = folders.captures()
    name = now.strftime("%Y%m%d-%H%M%S")
    path = folder / f"{name}.db"
    n = 1
    while path.exists():
        n += 1
        path = folder / f"{name}-{n}.db"
    return path


def captures(folder: Path | None = None) -> list[CaptureFile]:
    """The captures of a folder (ours when none is named), oldest first. Other files are passed by."""
    found = []
    for path in sorted((folder or folders.captures()).glob("*.db")):
        if not _is_capture(path):
            continue  # not ours to list, and not ours to delete
        try:
            found.append(look(path))
        except FileNotFoundError:
            continue  # deleted meanwhile
    return sorted(found, key=lambda capture: (capture.started, capture.path.name))


def look(path: Path) -> CaptureFile:
    """What there is to say about the capture at `path`. FileNotFoundError when it is gone."""
    status = path.stat()
    size = status.st_size + length(sidecars(path)[0])
    try:
        # What is asked for here is in every format: no need for a migrated copy.
        opened = for_reading(path, MIGRATIONS[: format_of(path)])
        try:
            (exchanges,) = opened.connection.execute("SELECT count(*) FROM exchanges").fetchone()
            recorders = opened.connection.execute(
                "SELECT started, ended, pid, host, process FROM recorders ORDER BY id"
            ).fetchall()
        finally:
            opened.close()
    except (CaptureError, sqlite3.Error) as error:
        return CaptureFile(path, size, status.st_mtime, None, False, str(error))
    started = recorders[0][0] if recorders else status.st_mtime
    in_use = any(ended is None and alive(pid, host, process) for _, ended, pid, host, process in recorders)
    return CaptureFile(path, size, started, exchanges, in_use)


def delete(path: Path) -> None:
    """Deletes a capture and what SQLite keeps beside it. CaptureError when it is in use, or is none."""
    if format_of(path) == 0:
        raise CaptureError(f"{path} is empty, not a capture.")
    if look(path).in_use:
        raise CaptureError(f"{path} is being recorded into: stop its proxy first (`inspector stop`).")
    for file in (path, *sidecars(path)):
        file.unlink(missing_ok=True)


def migrate(path: Path) -> bool:
    """Brings a capture to the newest format in place; False when it has it.

    CaptureError when it is in use, or is none.
    """
    version = format_of(path)
    if version == len(MIGRATIONS):
        return False
    if version and look(path).in_use:
        raise CaptureError(f"{path} is being recorded into: stop its proxy first (`inspector stop`).")
    connect.migrate(path)
    return True


def prune(
    *,
    now: datetime,
    older_than: timedelta | None = None,
    keep: int | None = None,
    folder: Path | None = None,
) -> list[CaptureFile]:
    """Deletes captures that started longer than `older_than` ago, and all but the newest `keep`.

    Those in use stay, and those that cannot be read; both count among the kept. Returns what was deleted.
    """
    all_of_them = captures(folder)
    doomed = []
    for age, capture in enumerate(reversed(all_of_them)):  # 0: the newest
        too_old = older_than is not None and now.timestamp() - capture.started > older_than.total_seconds()
        too_many = keep is not None and age >= keep
        if (too_old or too_many) and not capture.in_use and capture.problem is None:
            delete(capture.path)
            doomed.append(capture)
    return doomed[::-1]


def _is_capture(path: Path) -> bool:
    try:
        return format_of(path) > 0
    except NewerCapture:
        return True
    except CaptureError:
        return False
