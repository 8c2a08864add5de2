"""Texts in UTF-16, read as the UTF-8 that all formats are in: PowerShell writes so what `>` sends to a file.

Places in such a file are places in its UTF-8.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from io import BufferedReader, RawIOBase
from typing import Any, BinaryIO, cast

_STEP = 2**16  # bytes


def recoded(file: BinaryIO) -> BinaryIO:
    """A file that stands at its beginning, read as UTF-8 if its first bytes say that it is UTF-16."""
    mark = file.read(2)
    file.seek(0)
    if mark not in (BOM_UTF16_LE, BOM_UTF16_BE):
        return file
    return cast("BinaryIO", BufferedReader(cast("Any", _Recoded(file)), _STEP))


class _Recoded(RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = getincrementaldecoder("utf-16")("replace")
        self._text = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._text:
            piece = self._file.read(_STEP)
            self._text = self._decoder.decode(piece, final=not piece).encode("utf-8", "replace")
            if not piece:
                break
        taken = self._text[: len(buffer)]
        self._text = self._text[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        super().close()
        self._file.close()
