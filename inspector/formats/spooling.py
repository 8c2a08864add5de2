"""What comes through a pipe, as a file: importers seek. It lies in the cache folder till it is read."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from inspector.formats import cache
from inspector.formats.importing import ForeignFile

LARGEST = 2**33  # bytes
_STEP = 2**20


@dataclass(frozen=True, slots=True)
class Spooled:
    """A pipe's content at `path`; to be deleted by whoever reads it."""

    path: Path
    digest: str

    @property
    def place(self) -> Path:
        """Where it is kept converted: the file itself has neither a name nor a time."""
        return cache.folder() / f"standard-input-{self.digest}.db"


def spool(source: BinaryIO, called: str = "Standard input", *, largest: int = LARGEST) -> Spooled:
    """Reads a pipe to its end; `called`: what a person calls it.

    ForeignFile when it is empty, or more than `largest` bytes, or than there is room for.
    """
    try:
        # Made 0600: it may hold secrets.
        with tempfile.NamedTemporaryFile(dir=cache.folder(), suffix=".spool", delete=False) as file:
            path = Path(file.name)
            try:
                digest = _copied(source, file, called, largest)
                file.flush()
            except BaseException:
                path.unlink()
                raise
    except OSError as error:
        raise ForeignFile(f"{called} cannot be kept: {error.strerror or error}.") from None
    return Spooled(path, digest)


def _copied(source: BinaryIO, file: IO[bytes], called: str, largest: int) -> str:
    digest = hashlib.blake2b(digest_size=8)
    size = 0
    while piece := source.read(_STEP):
        size += len(piece)
        if size > largest:
            raise ForeignFile(f"{called} is more than {largest >> 20} MB: name a file instead.")
        digest.update(piece)
        file.write(piece)
    if size == 0:
        raise ForeignFile(f"{called} is empty.")
    return digest.hexdigest()
