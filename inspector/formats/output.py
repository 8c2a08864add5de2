"""A file that is there whole or not at all: written beside its place, and put there at the end.

What stood there stays until then, whatever happens: a full disk, Ctrl-C, a kill. Until then the file has no
name where the system knows such files, so that not even a kill leaves something to be tidied away.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

MARK = b"[redacted "
"""What stands in place of a secret begins so."""

_OPEN_FILES = "/proc/self/fd"


class Refused(Exception):
    """A file is not written; the message is one sentence for a person."""


class Taken(Refused):
    """Something stands there already."""


class Watched(io.RawIOBase):
    """Passes on what is written: how much it was, and whether something in it stands for a secret."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__()
        self.size = 0  # bytes
        self.has_marks = False
        self._out = out
        self._last = b""

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object, /) -> int:
        """Passes it on, all of it."""
        piece = bytes(cast(bytes, data))
        if not self.has_marks:
            self.has_marks = MARK in self._last + piece[: len(MARK)] or MARK in piece
            self._last = (self._last + piece)[-len(MARK) + 1 :]
        self._out.write(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """What was written is on its way."""
        if not self._out.closed:
            self._out.flush()


@contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A new file for `path`, readable for its owner alone; there when the block has ended well.

    A file that stands there is replaced with `force` only. A device or a pipe is written straight. Raises
    Refused, and OSError.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as device:
            yield device
        return
    check_free(path, force=force)
    place = Path(os.path.realpath(path))  # a link stays one
    handle = _unnamed(place.parent)
    beside = None
    if handle is None:
        handle, beside = _named(place)
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            beside = beside or _name(handle, place)
        _put(beside, place, path, force=force)
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def check_free(path: Path, *, force: bool) -> None:
    """Raises Refused where nothing can be written, or something stands that was not said to be replaced."""
    if path.is_dir():
        raise Refused(f"{path} is a folder: name a file in it, or write {path}/ for a file an exchange.")
    if not Path(os.path.realpath(path)).parent.is_dir():
        raise Refused(f"There is no folder {path.parent} to write {path.name} to.")
    if not force and os.path.lexists(path):
        raise Taken(_stands(path))


def _named(place: Path) -> tuple[int, Path]:
    handle, name = tempfile.mkstemp(prefix=f".{place.name[:80]}.", suffix=".part", dir=place.parent)  # 0600
    return handle, Path(name)


def _unnamed(folder: Path) -> int | None:
    """A file without a name; None where there are none, or none that could be given one."""
    if not Path(_OPEN_FILES).is_dir():
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except (AttributeError, OSError):  # what else is wrong with the folder is told by the next try
        return None


def _name(handle: int, place: Path) -> Path:
    """A name for the file that has none; where it can get none, that of a copy."""
    beside = place.with_name(f".{place.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        os.link(
            f"{_OPEN_FILES}/{handle}", beside, src_dir_fd=handle
        )  # with a dir_fd, and so follows the link
    except OSError:
        copied, beside = _named(place)
        try:
            with open(copied, "wb") as copy, open(handle, "rb", closefd=False) as file:
                file.seek(0)
                shutil.copyfileobj(file, copy)
                copy.flush()
                os.fsync(copy.fileno())
        except BaseException:
            beside.unlink()
            raise
    return beside


def _put(beside: Path, place: Path, path: Path, *, force: bool) -> None:
    if force:
        with suppress(FileNotFoundError):
            shutil.copymode(place, beside)
        os.replace(beside, place)
        return
    try:
        os.link(beside, place)  # unlike a renaming, it takes nobody's place
    except FileExistsError:
        raise Taken(_stands(path)) from None
    except OSError:  # a file system without links
        if os.path.lexists(place):
            raise Taken(_stands(path)) from None
        os.replace(beside, place)


def _stands(path: Path) -> str:
    return f"{path} is there already, and was left as it is: name another file"
