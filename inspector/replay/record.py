"""The capture that what is sent goes into: opened for writing before anything is sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from inspector import __version__
from inspector.capture.connect import for_writing
from inspector.capture.schema import CaptureError, check_ours, transaction
from inspector.capture.writer import RecorderInfo, Writer
from inspector.replay.call import MODE

_PATIENCE_MS = 2000  # a recorder's transactions take a few


def open_record(path: Path, options: Mapping[str, Any], on_problem: Callable[[str | None], None]) -> Writer:
    """A writer into the capture at `path`, which is made if it is not there. Raises CaptureError.

    A link is followed first: SQLite's files are beside what it leads to, where the writer looks for them.

    `options` are those of the recorder of what is sent again, so that views derive the same of both.
    `on_problem` as for the Writer, which is the caller's to close.
    """
    path = path.resolve()
    check_ours(path)
    try:
        with closing(for_writing(path, wait_for_disk=False)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            with transaction(connection):
                pass  # what only looks writable is found out here
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CaptureError(f"Nothing was sent, since it cannot be recorded in {path}: {why}.") from error
    return Writer(path, RecorderInfo(__version__, MODE, options=options), on_problem=on_problem)
