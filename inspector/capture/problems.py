"""What stands between a recorder and its file, in a sentence for the person in front of it."""

from __future__ import annotations

import errno
import sqlite3
import time
from pathlib import Path

from inspector.capture.schema import CaptureError

LASTING = 2.0
"""Seconds that several recorders on one file may stand in each other's way before anybody hears of it."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_GOES_ON = "traffic goes on, and what passes is kept in memory for a while"


def sentence(error: Exception, path: Path) -> str:
    """What is wrong with `path`, and what helps."""
    if isinstance(error, CaptureError):
        return f"{error} {_GOES_ON.capitalize()}."
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None:
            return _SQLITE.get(code & 0xFF, _OTHER).format(path=path, error=error)
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0, _OTHER).format(path=path, error=error.strerror or error)
    return _OTHER.format(path=path, error=str(error).rstrip("."))


class Contention:
    """Whether what failed, and will be tried again, is worth telling.

    A proxy, a replay and a hold may write to one file, each within milliseconds; on a busy machine one of
    them misses its turn now and then.
    """

    def __init__(self) -> None:
        self._since: float | None = None

    def is_news(self, error: Exception) -> bool:
        """False for a file that others have, until that has lasted."""
        code = getattr(error, "sqlite_errorcode", None)
        if code is None or code & 0xFF not in _BUSY:
            return True
        now = time.monotonic()
        if self._since is None:
            self._since = now
        return now - self._since >= LASTING

    def over(self) -> None:
        """It could be written."""
        self._since = None


def deleted(path: Path) -> str:
    """The file went away while it was open."""
    return (
        f"The capture {path} was deleted or moved while recording: what it held is not in the new file "
        "of that name, into which recording goes on."
    )


def lost(count: int, *, moved: bool) -> str:
    """The backlog was full, or the file went away."""
    which = "1 exchange is" if count == 1 else f"{count} exchanges are"
    why = "the file was deleted or moved" if moved else "it could not be written in time"
    return f"{which} missing, in whole or in part: {why}."


_FULL = f"The capture {{path}} cannot grow, the disk is full: free some space; {_GOES_ON}."
_DENIED = f"The capture {{path}} cannot be written, permission denied: {_GOES_ON}."
_MISSING = (
    f"The capture {{path}} cannot be made or opened, its folder is missing or closed to us: {_GOES_ON}."
)
_OTHER = f"The capture {{path}} cannot be written ({{error}}): {_GOES_ON}."

_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_BUSY: f"The capture {{path}} is locked by another program: {_GOES_ON}.",
    sqlite3.SQLITE_LOCKED: f"The capture {{path}} is locked by another program: {_GOES_ON}.",
    sqlite3.SQLITE_READONLY: _DENIED,
    sqlite3.SQLITE_PERM: _DENIED,
    sqlite3.SQLITE_CANTOPEN: _MISSING,
}
_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: _DENIED,
    errno.ENOENT: _MISSING,
    errno.ENOTDIR: _MISSING,
}
