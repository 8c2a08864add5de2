"""Content encodings undone, as a copy and as far as the bytes allow: what passed stays as it was.

Damaged or cut-off data gives what could be decoded before; an unknown encoding gives nothing and says so.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types
import zstandard

from inspector.capture.model import Headers

_STEP = 2**16  # input is decoded in pieces of this size, so that a bomb is seen before it has gone off


class _Stage(Protocol):
    def __call__(self, data: bytes, /) -> bytes: ...


class Decoder:
    """Undoes the content encodings that a message's headers name, piece by piece.

    `problem` says in words why the output is not all of it: damaged, unknown, or more than `limit` bytes.
    """

    def __init__(self, headers: Headers, *, limit: int = 2**28) -> None:
        self.problem: str | None = None
        self._left = limit
        self._limit = limit
        self._stages: list[tuple[str, _Stage]] = []
        for name in reversed(encodings(headers)):  # the last one applied is the first to undo
            make = _STAGES.get(name)
            if make is None:
                self.problem = f"content-encoding {name!r} is not known"
                return
            self._stages.append((name, make()))

    def feed(self, data: bytes) -> bytes:
        """The decoded bytes that these bytes bring."""
        if not self._stages:
            return b"" if self.problem else data
        decoded = bytearray()
        for start in range(0, len(data), _STEP):
            if self.problem:
                break
            decoded += self._piece(data[start : start + _STEP])
        return bytes(decoded)

    def _piece(self, data: bytes) -> bytes:
        for name, stage in self._stages:
            try:
                data = stage(data)
            except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
                self.problem = f"the {name} data is damaged: {error}"
                return b""
        if len(data) > self._left:
            self.problem = f"decoded, it is more than {self._limit} bytes"
            data = data[: self._left]
        self._left -= len(data)
        return data


def decode(body: bytes, headers: Headers, *, limit: int = 2**28) -> tuple[bytes, str | None]:
    """A whole body decoded, and why that is not all of it (None when it is)."""
    decoder = Decoder(headers, limit=limit)
    return decoder.feed(body), decoder.problem


def encodings(headers: Headers) -> list[str]:
    """The content encodings in the order of their application, `identity` left out."""
    named = [
        coding.strip().lower()
        for name, value in headers
        if name.lower() == "content-encoding"
        for coding in value.split(",")
    ]
    return [coding for coding in named if coding and coding != "identity"]


def _gzip() -> _Stage:
    return _members(lambda: zlib.decompressobj(zlib.MAX_WBITS | 16))


def _members(make: Callable[[], zlib._Decompress]) -> _Stage:
    """Several gzip members one after the other are one body."""
    inflater = make()

    def stage(data: bytes) -> bytes:
        nonlocal inflater
        decoded = inflater.decompress(data)
        while inflater.eof and inflater.unused_data.lstrip(b"\0"):
            rest = inflater.unused_data
            inflater = make()
            decoded += inflater.decompress(rest)
        return decoded

    return stage


def _deflate() -> _Stage:
    """The specification's zlib wrapper, or the bare stream that some send instead."""
    inflater: zlib._Decompress | None = None

    def stage(data: bytes) -> bytes:
        nonlocal inflater
        if inflater is None and data:
            wrapped = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] << 8 | data[1]) % 31 == 0)
            inflater = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        return inflater.decompress(data) if inflater else b""

    return stage


def _brotli() -> _Stage:
    decompressor = brotli.Decompressor()

    def stage(data: bytes) -> bytes:
        decoded: bytes = decompressor.process(data)
        return decoded

    return stage


def _zstd() -> _Stage:
    def make() -> zstandard.ZstdDecompressionObj:
        return zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()

    decompressor = make()

    def stage(data: bytes) -> bytes:
        nonlocal decompressor
        decoded = b""
        while data:
            if decompressor.eof:
                decompressor = make()
            decoded += decompressor.decompress(data)
            data = decompressor.unused_data
        return decoded

    return stage


_STAGES: dict[str, Callable[[], _Stage]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
