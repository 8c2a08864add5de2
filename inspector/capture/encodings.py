"""Content encodings undone, as a copy and as far as the bytes allow: what passed stays as it was.

Damaged or cut-off data gives what could be decoded before; an unknown encoding gives nothing and says so.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types
import zstandard

from inspector.capture.model import Headers

_PIECE = 2**18  # bytes of output at a time, so that a bomb is seen before it has gone off
_SIP = 2**8  # bytes of input, for libraries that cannot be held back: what they make of so few is bounded
_SLICE = 2**12  # bytes of input: what is behind each member's end is copied
_MOST = 8  # encodings on top of each other
_DAMAGE = (zlib.error, brotli.error, zstandard.ZstdError, EOFError)


class _Stage(Protocol):
    def __call__(self, data: bytes, /) -> Iterator[bytes]: ...


class _Damaged(Exception):
    pass


class Decoder:
    """Undoes the content encodings that a message's headers name, piece by piece.

    `problem` says in words why the output is not all of it: damaged, unknown, or more than `limit` bytes.
    """

    def __init__(self, headers: Headers, *, limit: int = 2**28) -> None:
        self.problem: str | None = None
        self._left = limit
        self._limit = limit
        self._stages: list[tuple[str, _Stage]] = []
        named = encodings(headers)
        if len(named) > _MOST:
            self.problem = f"it names {len(named)} content encodings"
            return
        for name in reversed(named):  # the last one applied is the first to undo
            make = _STAGES.get(name)
            if make is None:
                self.problem = f"content-encoding {name!r} is not known"
                return
            self._stages.append((name, make()))

    def feed(self, data: bytes) -> bytes:
        """The decoded bytes that these bytes bring."""
        if not self._stages:
            return b"" if self.problem else data
        return b"".join(self.pieces(data))

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """The same, a bounded piece at a time: a few bytes can come to very many."""
        if not self._stages or self.problem:
            if data and not self.problem:
                yield data
            return
        try:
            for piece in self._through(data):
                for start in range(0, len(piece), _PIECE):
                    yield self._counted(piece[start : start + _PIECE])
                    if self.problem:
                        return
        except _Damaged as error:
            self.problem = str(error)

    def _through(self, data: bytes, stage: int = 0) -> Iterator[bytes]:
        if stage == len(self._stages):
            yield data
            return
        name, undone = self._stages[stage]
        try:
            for piece in undone(data):
                yield from self._through(piece, stage + 1)
        except _DAMAGE as error:
            raise _Damaged(f"the {name} data is damaged: {error}") from None

    def _counted(self, data: bytes) -> bytes:
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

    def stage(data: bytes) -> Iterator[bytes]:
        nonlocal inflater
        for start in range(0, len(data), _SLICE):
            rest = data[start : start + _SLICE]
            while rest:
                if inflater.eof:
                    rest = rest.lstrip(b"\0")  # padding
                    if not rest:
                        break
                    inflater = make()
                yield from _inflated(inflater, rest)
                rest = inflater.unused_data if inflater.eof else b""

    return stage


def _inflated(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while True:
        piece = inflater.decompress(data, _PIECE)
        yield piece
        data = inflater.unconsumed_tail
        if inflater.eof or (not data and len(piece) < _PIECE):
            return


def _deflate() -> _Stage:
    """The specification's zlib wrapper, or the bare stream that some send instead."""
    inflater: zlib._Decompress | None = None

    def stage(data: bytes) -> Iterator[bytes]:
        nonlocal inflater
        if inflater is None and data:
            wrapped = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] << 8 | data[1]) % 31 == 0)
            inflater = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        if inflater is not None and not inflater.eof:  # it would keep all that comes behind the end
            yield from _inflated(inflater, data)

    return stage


def _brotli() -> _Stage:
    decompressor = brotli.Decompressor()
    can_be_held_back = hasattr(decompressor, "can_accept_more_data")  # from 1.2 on

    def stage(data: bytes) -> Iterator[bytes]:
        if not can_be_held_back:
            for start in range(0, len(data), _SIP):
                yield decompressor.process(data[start : start + _SIP])
            return
        yield decompressor.process(data, output_buffer_limit=_PIECE)
        while not decompressor.can_accept_more_data():
            yield decompressor.process(b"", output_buffer_limit=_PIECE)

    return stage


def _zstd() -> _Stage:
    make = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj
    decompressor = make()

    def stage(data: bytes) -> Iterator[bytes]:
        nonlocal decompressor
        for start in range(0, len(data), _SIP):
            sip = data[start : start + _SIP]
            while sip:
                if decompressor.eof:
                    decompressor = make()
                yield decompressor.decompress(sip)
                sip = decompressor.unused_data

    return stage


_STAGES: dict[str, Callable[[], _Stage]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
