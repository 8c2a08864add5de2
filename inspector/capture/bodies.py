"""A leg's bytes at rest: a body compressed against an earlier one, and the times and sizes of its chunks.

A Codex session repeats its whole history every turn, so the body before is the best dictionary there is: zstd
takes it as raw content, with a window that reaches over both. Pure: which body is whose base is chain.py's.
"""

from __future__ import annotations

from collections.abc import Iterable

import zstandard

_LEVEL = 3  # higher ones cost five times the time for one hundredth of the size
_MAX_WINDOW_LOG = 30
_MAX_TABLE_LOG = 24
_INDEX_UNIT = 1e-6  # seconds


def compress(data: bytes, base: bytes | None = None) -> bytes:
    """One zstd frame; `base` is needed to expand it again."""
    reach = (len(data) + len(base or b"")).bit_length()
    # zstd looks at no more of a dictionary than eight times its table, and picks one that leaves most of a
    # body of 3 MB out: measured, a thousandth of the ratio.
    table = min(max(reach - 2, zstandard.HASHLOG_MIN), _MAX_TABLE_LOG)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL,
        source_size=len(data),
        dict_size=len(base or b""),
        window_log=min(max(reach, zstandard.WINDOWLOG_MIN), _MAX_WINDOW_LOG),
        hash_log=table,
        chain_log=max(table, zstandard.CHAINLOG_MIN),
    )
    compressor = zstandard.ZstdCompressor(compression_params=parameters, dict_data=_dictionary(base))
    return compressor.compress(data)


def expand(frame: bytes, size: int, base: bytes | None = None) -> bytes:
    """The body again. Raises ValueError when the frame is damaged or not of `size` bytes."""
    try:
        # Asked before anything is allocated: a damaged file must not name its price in memory.
        if zstandard.frame_content_size(frame) != size:
            raise ValueError(f"a packed body should have {size} bytes and says otherwise")
        decompressor = zstandard.ZstdDecompressor(
            dict_data=_dictionary(base), max_window_size=1 << (_MAX_WINDOW_LOG + 1)
        )
        return decompressor.decompress(frame)
    except zstandard.ZstdError as error:
        raise ValueError(f"a packed body is damaged: {error}") from None


def pack_index(chunks: Iterable[tuple[float, int]]) -> bytes:
    """Times (seconds after the start, never falling) and sizes of chunks, as varints of steps."""
    packed = bytearray()
    before = 0
    for at, size in chunks:
        now = max(before, round(at / _INDEX_UNIT))
        _put(packed, now - before)
        _put(packed, size)
        before = now
    return bytes(packed)


def unpack_index(packed: bytes) -> list[tuple[float, int]]:
    """What `pack_index` was given, to the microsecond."""
    values: list[int] = []
    value = shift = 0
    for byte in packed:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            values.append(value)
            value = shift = 0
    chunks = []
    now = 0
    for step, size in zip(values[::2], values[1::2], strict=False):
        now += step
        chunks.append((now * _INDEX_UNIT, size))
    return chunks


def _dictionary(base: bytes | None) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if base else None


def _put(into: bytearray, value: int) -> None:
    while value >= 0x80:
        into.append(value & 0x7F | 0x80)
        value >>= 7
    into.append(value)
