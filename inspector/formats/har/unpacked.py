"""Archives that are packed as a whole: mitmproxy's `.zhar`, which is zlib, and what went through gzip."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import BinaryIO

from inspector.formats.importing import HEAD
from inspector.formats.utf16 import recoded

_STEP = 2**12  # bytes: what was in one piece with damage is lost
_EITHER = zlib.MAX_WBITS | 32  # zlib tells the two apart


def head(packed: bytes) -> bytes:
    """How the archive begins of which the file's beginning is `packed`."""
    if not _is_packed(packed):
        return packed
    try:
        return zlib.decompressobj(_EITHER).decompress(packed, HEAD)
    except zlib.error:
        return b""


class Unpacked:
    """The text of an archive, read forwards, packed or not. Damaged packing ends it."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        self._inflater = zlib.decompressobj(_EITHER) if _is_packed(self._file.read(2)) else None
        self._file.seek(0)
        self._text = recoded(self._file)

    def __enter__(self) -> Unpacked:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()
        self._file.close()

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, at least one before the end."""
        inflater = self._inflater
        if inflater is None:
            return self._text.read(size)
        text = b""
        try:
            while not text and not inflater.eof:
                packed = inflater.unconsumed_tail or self._file.read(_STEP)
                if not packed:
                    break
                text = inflater.decompress(packed, size)
        except zlib.error:
            self._inflater = zlib.decompressobj()
            self._file.seek(0, 2)
        return text

    def tell(self) -> int:
        """How many bytes of the file itself were read."""
        return self._file.tell()


def _is_packed(begun: bytes) -> bool:
    return begun[:2] == b"\x1f\x8b" or (begun[:1] == b"\x78" and int.from_bytes(begun[:2]) % 31 == 0)
