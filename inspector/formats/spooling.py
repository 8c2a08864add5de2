"""What comes through a pipe, as a file: importers seek. It lies in the cache folder till it is read."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

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


def spool(source: BinaryIO, *, largest: int = LARGEST) -> Spooled:
    """Reads a pipe to its end. ForeignFile when it is more than `largest` bytes, or than there is room."""
    digest = hashlib.blake2b(digest_size=8)
    size = 0
    # Made 0600: it may hold secrets.
    with tempfile.NamedTemporaryFile(dir=cache.folder(), suffix=".spool", delete=False) as file:
        path = Path(file.name)
        try:
            while piece := source.read(_STEP):
                size += len(piece)
                if size > largest:
                    raise ForeignFile(f"Standard input is more than {largest >> 20} MB: name a file instead.")
                digest.update(piece)
                file.write(piece)
            file.flush()
        except BaseException as error:
            path.unlink()
            if isinstance(error, OSError):
                raise ForeignFile(f"Standard input cannot be kept: {error.strerror or error}.") from None
            raise
    return Spooled(path, digest.hexdigest())
