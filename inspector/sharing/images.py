"""Pictures in a body, replaced by an empty one of the same size: in bytes; of a PNG in points as well."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK = 12  # bytes of a chunk besides its data
_MOST_POINTS = 2**24


def is_data_url(text: str) -> bool:
    """Whether a text carries a file itself."""
    return text.startswith("data:") and ";base64," in text[:200]


def emptied(url: str) -> str | None:
    """The same data URL with an empty picture in it; None where there is no room for one, or no Base64."""
    head, _, data = url.partition(";base64,")
    try:
        size = len(base64.b64decode(data, validate=True))
    except (ValueError, binascii.Error):
        return None
    for points in (_points(data), (1, 1)):
        made = _png(*points, size)
        if made is not None:
            return f"{head};base64,{base64.b64encode(made).decode()}"
    return None


def _points(data: str) -> tuple[int, int]:
    """Width and height of a PNG, 1 and 1 of anything else."""
    start = base64.b64decode(data[:44])
    if len(start) < 24 or not start.startswith(_SIGNATURE):
        return 1, 1
    width, height = struct.unpack(">II", start[16:24])
    return (width, height) if 0 < width * height <= _MOST_POINTS else (1, 1)


def _png(width: int, height: int, size: int) -> bytes | None:
    """A grey PNG of so many bytes."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + (width + 7) // 8) * height, 9)
    chunks = _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows)
    room = size - len(chunks) - 2 * _CHUNK
    if room < 0:
        return None
    return chunks + _chunk(b"paDd", bytes(room)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
