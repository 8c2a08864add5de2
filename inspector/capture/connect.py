"""Opening captures: how a new file comes into being, and with which settings writers and readers look at one.

Writers commit without waiting for the disk (`synchronous=OFF` on the thread that has a stream behind it): the
operating system has the bytes, so they outlive our process, though not a power cut. The packer's connection,
which nobody waits for, checkpoints with `synchronous=NORMAL`.

Readers take the first way that works:

| file and folder | way |
|---|---|
| writable, with room | read and write, `query_only`: as the last one on the file it removes `-wal` and |
| | `-shm`; a read-only connection would leave them behind |
| else, no `-wal` | `immutable`: nothing is written beside the file |
| else, a `-wal` | read-only through the `-shm` that is there, else a copy of file and `-wal` |

An older format is read from a copy that is brought to the newest one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from inspector.capture import copies
from inspector.capture.schema import MIGRATIONS, CaptureError, Migration, apply_migrations, format_of

# SQLite cannot make `-wal` and `-shm`: on a full disk, or in a folder that only looks writable.
_NO_ROOM_BESIDE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}
_closing = Lock()
"""One at a time: two threads that close the last two connections would each find the other still there, and
neither would remove `-wal` and `-shm`."""
_BUSY_SECONDS = 0.25  # a writer that waits longer says so; it has its backlog


def create(path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Makes an empty capture at `path`, all at once: nobody ever sees half of one. Another's file is kept."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.absolute().parent)
    os.close(handle)  # made 0600; SQLite gives -wal and -shm the permissions of the file
    made = Path(name)
    try:
        with closing(_connect(made, "rw")) as connection:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA synchronous = OFF")
            apply_migrations(connection, migrations)
            connection.execute("PRAGMA journal_mode = WAL")
        if path.exists() and length(path) == 0:
            made.replace(path)
            return
        if not path.exists():
            # Left by a killed recorder whose file was then deleted: SQLite would replay them into ours.
            _remove(*sidecars(path))
        try:
            os.link(made, path)
        except FileExistsError:
            return  # another recorder was first
        except OSError:  # a file system without hard links
            if not path.exists():
                made.replace(path)
    finally:
        _remove(made, *sidecars(made))


def for_writing(path: Path, *, wait_for_disk: bool) -> sqlite3.Connection:
    """A connection of a writer, `wait_for_disk` as told above. Makes the file if it is missing."""
    if length(path) == 0:
        create(path)
    if (version := format_of(path)) < len(MIGRATIONS):
        raise CaptureError(f"{path} was written by an older inspector (format {version}).")
    connection = _connect(path, "rw", timeout=_BUSY_SECONDS)
    try:
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if wait_for_disk else 'OFF'}")
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # the packer does it
        connection.execute("PRAGMA journal_size_limit = 4194304")
        connection.execute("PRAGMA cache_size = -4096")
    except BaseException:
        connection.close()
        raise
    return connection


@dataclass(slots=True)
class Opened:
    """A reader's connection; `live` is False when it looks at a copy that does not grow."""

    connection: sqlite3.Connection
    live: bool = True
    _copy: copies.Copy | None = field(default=None, repr=False)

    def close(self) -> None:
        """Closes the connection, and lets go of the copy if there was one."""
        with _closing:
            self.connection.close()
        if self._copy is not None:
            self._copy.release()


def for_reading(path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Opened:
    """A connection of a reader. An older capture is read from a migrated copy. Raises CaptureError."""
    version = format_of(path, migrations)
    if version == 0:
        raise CaptureError(f"{path} is empty: nothing has been recorded in it.")
    file = path.resolve()  # beside a link SQLite keeps nothing: its files lie beside what the link names
    try:
        if version < len(migrations):
            return _migrated(file, migrations)
        return _open(file)
    except (sqlite3.Error, OSError) as error:
        raise CaptureError(f"{path} cannot be read: {error}.") from error


def migrate(path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Brings the file itself to the newest format: its owner has said so. Raises CaptureError."""
    if format_of(path, migrations) == 0:
        raise CaptureError(f"{path} is empty: nothing has been recorded in it.")
    try:
        with closing(_connect(path, "rw", timeout=5.0)) as connection:
            apply_migrations(connection, migrations)
    except sqlite3.Error as error:
        raise CaptureError(f"{path} cannot be migrated: {error}.") from error


def sidecars(path: Path) -> tuple[Path, Path]:
    """SQLite's two files beside an open capture."""
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def identity(path: Path) -> tuple[int, int]:
    """Which file a path names at the moment. OSError when it names none."""
    found = path.stat()
    return found.st_dev, found.st_ino


def length(path: Path) -> int:
    """Bytes of a file; 0 where there is none. The last one on a capture removes its `-wal` at any moment."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _open(path: Path) -> Opened:
    if os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK):
        try:
            connection = _connect(path, "rw", timeout=5.0)
            connection.execute("PRAGMA query_only = ON")
            return _tried(Opened(connection))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NO_ROOM_BESIDE:
                raise
    wal, shm = sidecars(path)
    if length(wal) == 0:
        return _tried(Opened(_connect(path, "ro", immutable=True)))
    if shm.exists():
        try:
            return _tried(Opened(_connect(path, "ro", timeout=5.0)))
        except sqlite3.OperationalError:
            pass  # left behind by a recorder that died: it needs a recovery that must write
    return _copied(path, wal)


def _copied(path: Path, wal: Path) -> Opened:
    def make(copy: Path) -> None:
        for source, target in ((path, copy), (wal, sidecars(copy)[0])):
            shutil.copyfile(source, target)

    return _of_copy(copies.shared(("as it is", *_state(path)), make))


def _migrated(path: Path, migrations: Sequence[Migration]) -> Opened:
    def make(copy: Path) -> None:
        old = _open(path)
        try:
            with closing(_new(copy)) as connection:
                old.connection.backup(connection)
                apply_migrations(connection, migrations)
        finally:
            old.close()

    return _of_copy(copies.shared((len(migrations), *_state(path)), make))


def _of_copy(copy: copies.Copy) -> Opened:
    try:
        opened = Opened(_connect(copy.path, "rw"), live=False, _copy=copy)
    except BaseException:
        copy.release()
        raise
    return _tried(opened)


def _new(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def _state(path: Path) -> tuple[tuple[int, ...], ...]:
    """Changes when the file or its `-wal` does; an empty `-wal`, which a reader makes, says nothing."""
    found: list[tuple[int, ...]] = []
    for file in (path, sidecars(path)[0]):
        try:
            told = file.stat()
        except FileNotFoundError:
            continue  # the last one on the file has removed its -wal
        if told.st_size:
            found.append((told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns))
    return tuple(found)


def _tried(opened: Opened) -> Opened:
    """The same, after a first read: SQLite opens files lazily."""
    try:
        opened.connection.execute("SELECT count(*) FROM meta").fetchone()
    except UnicodeDecodeError as error:  # SQLite quotes what is damaged, and that is no text
        opened.close()
        raise sqlite3.DatabaseError("database disk image is malformed") from error
    except BaseException:
        opened.close()
        raise
    return opened


def _connect(path: Path, mode: str, *, immutable: bool = False, timeout: float = 1.0) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
    return sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)
