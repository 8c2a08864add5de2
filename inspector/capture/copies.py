"""Copies that are read in place of a capture itself: one of a file for all readers of this process.

A capture of an older format, or one whose `-wal` nobody can play into it where it lies, is read from a copy.
Copying a large file takes seconds, and a screen reads it from several threads; so whoever comes second waits
for the copy that is being made, and the last one to let go of it removes it. What is copied no longer grows
as far as its readers are concerned; a file that has changed since is copied anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

NAME = "copy.db"

_copies: dict[Hashable, _Shared] = {}
_lock = Lock()  # of the dictionary and the counts in it


@dataclass(slots=True)
class _Shared:
    users: int = 0
    making: Lock = field(default_factory=Lock)
    folder: tempfile.TemporaryDirectory[str] | None = None


@dataclass(slots=True)
class Copy:
    """One reader's share of a copy, which lies at `path` until all have been let go of."""

    path: Path
    _key: Hashable
    _released: bool = False

    def release(self) -> None:
        """Lets go of it; a second time does nothing."""
        if not self._released:
            self._released = True
            _leave(self._key)


def shared(key: Hashable, make: Callable[[Path], None]) -> Copy:
    """The copy known by `key`, made by `make(path)` if nobody has it. What `make` raises, this raises."""
    with _lock:
        entry = _copies.setdefault(key, _Shared())
        entry.users += 1
    try:
        with entry.making:
            if entry.folder is None:
                folder = tempfile.TemporaryDirectory(prefix="inspector-")
                try:
                    make(Path(folder.name) / NAME)
                except BaseException:
                    folder.cleanup()
                    raise
                entry.folder = folder
            return Copy(Path(entry.folder.name) / NAME, key)
    except BaseException:
        _leave(key)
        raise


def _leave(key: Hashable) -> None:
    with _lock:
        entry = _copies[key]
        entry.users -= 1
        if entry.users:
            return
        del _copies[key]
    if entry.folder is not None:
        entry.folder.cleanup()
