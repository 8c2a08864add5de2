"""A flow file read where it is wanted, a bounded piece at a time.

Not mapped into memory: whoever still writes the file may cut it short, and a mapping would then end the
process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that were left in the file: where they begin, and how many they are."""

    at: int
    size: int


class Pieces:
    """`file` is unbuffered; `size` is what it had when it was opened."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size
        self._block = b""
        self._begins = 0

    def read(self, at: int, count: int, ahead: int = 0) -> bytes:
        """`count` bytes, fewer at the end of the file; `ahead`: read so many if it must be read at all."""
        start = at - self._begins
        if start >= 0 and start + count <= len(self._block):
            return self._block[start : start + count]
        self._file.seek(at)
        if count > ahead:
            return self._file.read(count)
        self._block, self._begins = self._file.read(ahead), at
        return self._block[:count]
