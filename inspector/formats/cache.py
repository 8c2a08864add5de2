"""The captures that foreign files were converted into, kept so that opening one again is immediate.

Each is named by the content of what was opened, as far as its path, size, time and both ends tell it. They
hold what the files hold, without the secrets of headers and URLs, for their owner's eyes only. What has not
been opened for long goes, and the oldest where they are too many: never one that is open somewhere, nor one
on which a person has put something.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import stat
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from inspector import folders
from inspector.capture.anew import touched
from inspector.capture.connect import sidecars
from inspector.capture.schema import MIGRATIONS, CaptureError
from inspector.formats.choosing import Chosen

LARGEST = 5 * 2**30  # bytes, all of them
OLDEST = 30 * 86400.0  # seconds since it was opened last
_LEFT_BEHIND = 86400.0  # seconds after which nobody is at work on a file in the making
_READING = 1  # to be raised when importers come to read more in the same files
_ENDS = 2**16
_FOLDER = "imports"


def folder() -> Path:
    """Where they are."""
    path = folders.cache() / _FOLDER
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def place_of(inputs: Sequence[Chosen]) -> Path:
    """Where these inputs are kept, converted. OSError when they cannot be looked at."""
    digest = hashlib.blake2b(f"{_READING} {len(MIGRATIONS)}".encode(), digest_size=8)
    for each in inputs:
        for line in _identity(each):
            digest.update(line.encode(errors="surrogateescape") + b"\0")
    first = re.sub(r"[^\w.+-]", "-", inputs[0].given.name.lstrip("-."))[:40] or "standard-input"
    more = f"+{len(inputs) - 1}" if len(inputs) > 1 else ""
    return folder() / f"{first}{more}-{digest.hexdigest()}.db"


def is_one(path: Path) -> bool:
    """Whether that is the path of one of these."""
    return path.parent.name == _FOLDER and re.search(r"-[0-9a-f]{16}\.db$", path.name) is not None


def prune(keep: Path | None = None, *, largest: int = LARGEST, oldest: float = OLDEST) -> list[Path]:
    """Lets go of what is old or too much, but not of `keep`; the captures that went."""
    now = time.time()
    for file in (*folder().glob("*.spool"), *folder().glob(".*.new*")):
        with suppress(FileNotFoundError):
            if now - file.stat().st_mtime > _LEFT_BEHIND:
                file.unlink()
    found = sorted(_sized(path) for path in folder().glob("*.db"))
    total = sum(size for _, size, _ in found)
    gone = []
    for used, size, path in found:  # the one that was not used for longest comes first
        if path != keep and (now - used > oldest or total > largest) and _let_go(path):
            total -= size
            gone.append(path)
    return gone


def used(path: Path) -> None:
    """It is being opened."""
    with suppress(OSError):
        os.utime(path)


def _identity(each: Chosen) -> list[str]:
    path = each.given.path.absolute()
    files = sorted(path.rglob("*")) if path.is_dir() else [path, sidecars(path)[0]]
    lines = [each.importer.name, each.given.name]
    for file in files:
        try:
            told = file.stat()
            if stat.S_ISREG(told.st_mode) and told.st_size:  # an empty -wal is one that a reader made
                lines += [str(file), str(told.st_size), str(told.st_mtime_ns), _ends(file, told.st_size)]
        except FileNotFoundError:
            continue  # as a -wal goes
    return lines


def _ends(file: Path, size: int) -> str:
    with file.open("rb") as opened:
        head = opened.read(_ENDS)
        opened.seek(max(len(head), size - _ENDS))
        return hashlib.blake2b(head + opened.read(_ENDS), digest_size=16).hexdigest()


def _sized(path: Path) -> tuple[float, int, Path]:
    """When it was used last, its bytes and those beside it, and itself."""
    size, last = 0, 0.0
    for file in (path, sidecars(path)[0]):
        with suppress(FileNotFoundError):
            told = file.stat()
            size, last = size + told.st_size, max(last, told.st_mtime)
    return last, size, path


def _let_go(path: Path) -> bool:
    """Deletes one, if nobody has it open and nobody has put anything on it."""
    try:
        if touched(path):
            return False
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            # Leaving WAL needs the file for oneself: who reads or writes it, in whichever process, keeps it.
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        if mode != "delete":
            return False
    except sqlite3.OperationalError:
        return False
    except (CaptureError, sqlite3.Error):
        pass  # no capture that could be read: nobody misses it
    for file in (path, *sidecars(path)):
        file.unlink(missing_ok=True)
    return True
