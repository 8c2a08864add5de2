"""Files of one JSON object a line, read with their places; a line that is none is damage, and passed over.

Codex packs old rollouts with zstd: such a file is read as what is packed in it, and its places are there. The
first line may be broken, as in what somebody cut off a long file: it is known by the first one that is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from inspector.capture.model import Damage
from inspector.formats.importing import At
from inspector.formats.utf16 import recoded
from inspector.protocol.json_text import parse_object

_WINDOW = 2**27  # bytes
_SEEN = 2**20  # bytes of the beginning, unpacked
_BEFORE = b"\xef\xbb\xbf \t"
LONGEST = 2**27  # bytes; a longer line is not a line of such a file


@dataclass(frozen=True, slots=True)
class Line:
    """One object: its line from 1, where that begins, and what it says."""

    n: int
    offset: int
    value: dict[str, Any]


def read(path: Path, at: At) -> Iterator[Line | Damage]:
    """The lines of a file; empty ones are passed over without a word."""
    offset = n = 0
    with path.open("rb") as packed, _unpacked(packed) as file:
        while data := _next(file):
            if isinstance(data, Damage):
                yield replace(data, offset=offset)
                return
            n += 1
            begun, offset = offset, offset + len(data)
            if not data.endswith(b"\n") and len(data) == LONGEST:
                yield Damage(begun, f"Line {n} is longer than {LONGEST:,} bytes.")
                offset += _to_the_end(file)
            elif data.strip():
                value = parse_object(data)
                cut = "" if data.endswith(b"\n") else ": the file ends in the middle of it"
                yield (
                    Damage(begun, f"Line {n} is no JSON object{cut}.")
                    if value is None
                    else Line(n, begun, value)
                )
            at(offset if file is packed else packed.tell())


def first(head: bytes) -> dict[str, Any]:
    """What the first whole line of a file says that begins with `head`; {} if that is nothing."""
    try:
        with _unpacked(BytesIO(head)) as file:
            text = file.read(_SEEN)
    except zstandard.ZstdError:
        return {}
    told = (parse_object(line) for line in text.splitlines() if line.lstrip(_BEFORE).startswith(b"{"))
    return next((each for each in told if each), {})


def _unpacked(file: BinaryIO) -> BinaryIO:
    magic = file.read(len(zstandard.FRAME_HEADER))
    file.seek(0)
    if magic != zstandard.FRAME_HEADER:
        return recoded(file)
    stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(file, read_across_frames=True)
    return cast("BinaryIO", BufferedReader(cast("Any", stream)))


def _next(file: BinaryIO) -> bytes | Damage:
    try:
        return file.readline(LONGEST)
    except zstandard.ZstdError as error:
        return Damage(None, f"From here on the file cannot be unpacked: {error}.")


def _to_the_end(file: BinaryIO) -> int:
    """Passes over what is left of a line; how many bytes."""
    passed = 0
    while isinstance(data := _next(file), bytes) and data:
        passed += len(data)
        if data.endswith(b"\n"):
            break
    return passed
