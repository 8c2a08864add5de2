"""Bodies as documents: one JSON text, the events of a stream, the messages of a WebSocket; else plain text.

Compressed ones are unpacked, and packed again chunk by chunk.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import brotli  # type: ignore[import-untyped]  # it ships no types
import zstandard

from inspector.capture.encodings import Decoder, decode, encodings
from inspector.capture.model import Message
from inspector.sharing import charsets
from inspector.sharing.charsets import UTF_8, Charset
from inspector.sharing.documents import Document, gather, gather_text, replaced
from inspector.sharing.found import Found
from inspector.sharing.replacing import Replacer

_DATA = re.compile(r"(data:? ?)([^\r\n]*)")
_BOUNDARY = re.compile(r'(?i)^multipart/.*boundary="?([^";\s]{3,})')
_LINE = re.compile(r"[^\r\n]+|[\r\n]+")
_SIGNS = {b"\x1f\x8b\x08": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_FAILED = 400

Chunks = list[tuple[float, bytes]]


@dataclass(slots=True)
class _Part:
    """A piece of a body: a document, or text between documents."""

    text: str
    document: Document | None = None
    is_form: bool = False  # what a stream or a form is made of, not what it carries


@dataclass(slots=True)
class Body:
    """A leg's body, its chunks unpacked. `problem`: what is odd about its encoding, and what became of it."""

    message: Message
    chunks: Chunks
    problem: str | None = None
    _codings: Sequence[str] = ()
    _charset: Charset = UTF_8

    def __post_init__(self) -> None:
        packed = b"".join([data for _, data in self.chunks])
        self._codings = encodings(self.message.headers) or _by_looks(packed)
        decoder = Decoder((("content-encoding", ", ".join(self._codings)),))
        plain = [(at, decoder.feed(data)) for at, data in self.chunks]
        if self.chunks and decoder.problem is not None:
            if charsets.is_text(packed):
                self.problem, self._codings = "it is not encoded as its headers say.", ()
                plain = self.chunks
            else:
                self.problem = f"{decoder.problem}; what cannot be read was left out."
                if not any(coding in _STAGES for coding in self._codings):
                    plain = [(at, b"?" * len(data)) for at, data in self.chunks]  # nobody can look into it
        self.chunks = plain
        if not self.message.is_messages:
            self._charset = charsets.of(_content_type(self.message), b"".join([data for _, data in plain]))

    def gather(self, found: Found) -> None:
        """What is in it is made known."""
        parts = self._parts()
        gather([part.document for part in parts if part.document], found)
        for part in parts:
            if part.document is None:
                gather_text(part.text, found)

    def replaced(self, replacer: Replacer) -> Chunks:
        """Its chunks with placeholders in them, packed as they were."""
        parts = self._parts()
        made = iter(replaced([part.document for part in parts if part.document], replacer))
        is_page = (self.message.status or 0) >= _FAILED  # what went wrong is what it says
        text = "".join(
            [
                next(made) if part.document
                else (replacer.text if part.is_form or is_page else replacer.broken)(part.text)
                for part in parts
            ]
        )  # fmt: skip
        plain = self._charset.encoded(text)
        sizes = [len(data) for _, data in self.chunks]
        if len(plain) != sum(sizes):
            raise AssertionError("a body changed its length")
        ends = [0, *accumulate(sizes)]
        pieces = [plain[start:end] for start, end in pairwise(ends)]
        pack = _packer(self._codings)
        packed = [pack(piece, n == len(pieces) and not self.problem) for n, piece in enumerate(pieces, 1)]
        return [(at, data) for (at, _), data in zip(self.chunks, packed, strict=True)]

    def _parts(self) -> list[_Part]:
        if self.message.is_messages:
            return [_whole(UTF_8.decoded(data)) for _, data in self.chunks]
        text = self._charset.decoded(b"".join([data for _, data in self.chunks]))
        if _is_stream(self.message, text):
            return list(_of_stream(text))
        if boundary := _BOUNDARY.search(_content_type(self.message)):
            return list(_of_form(text, boundary[1]))
        return [_whole(text)]


def with_length(message: Message, size: int) -> Message:
    """The message with the length that its body has now."""
    fields = tuple(
        (
            name,
            str(size)
            if name.lower() == "content-length" and value.strip() == str(len(message.body))
            else value,
        )
        for name, value in message.headers
    )
    return replace(message, headers=fields)


def _content_type(message: Message) -> str:
    return next((value for name, value in message.headers if name.lower() == "content-type"), "")


def _by_looks(packed: bytes) -> list[str]:
    """The encoding of a body whose headers name none."""
    for sign, coding in _SIGNS.items():
        if packed.startswith(sign) and decode(packed, (("content-encoding", coding),))[1] is None:
            return [coding]
    return []


def _whole(text: str) -> _Part:
    return _Part(text, Document(text)) if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", '"') else _Part(text)


def _is_stream(message: Message, text: str) -> bool:
    return _content_type(message).lower().startswith("text/event-stream") or text.startswith(
        ("data:", "event:")
    )


def _of_stream(text: str) -> Iterator[_Part]:
    """Each line of data is a document, as all APIs write them; what else is there says what it is."""
    for found in _LINE.finditer(text):
        line = found[0]
        data = _DATA.fullmatch(line)
        if data is None or data[2] in ("", "[DONE]"):
            yield _Part(line, is_form=True)
            continue
        yield _Part(data[1], is_form=True)
        yield _Part(data[2], Document(data[2]))


def _of_form(text: str, boundary: str) -> Iterator[_Part]:
    """The parts of a form, the boundaries between them left as they are."""
    for n, piece in enumerate(text.split(boundary)):
        if n:
            yield _Part(boundary, is_form=True)
        if piece:
            yield _Part(piece)


def _packer(codings: Sequence[str]) -> Callable[[bytes, bool], bytes]:
    """Packs piece by piece, each so that it can be unpacked when it has come; True with the last."""
    stages = [_STAGES[coding]() for coding in codings if coding in _STAGES]

    def pack(data: bytes, last: bool) -> bytes:
        for stage in stages:
            data = stage(data, last)
        return data

    return pack


def _zlib(window: int) -> Callable[[bytes, bool], bytes]:
    packer = zlib.compressobj(wbits=window)
    return lambda data, last: (
        packer.compress(data) + packer.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)
    )


def _brotli() -> Callable[[bytes, bool], bytes]:
    packer = brotli.Compressor(quality=5)

    def stage(data: bytes, last: bool) -> bytes:
        packed: bytes = packer.process(data) + (packer.finish() if last else packer.flush())
        return packed

    return stage


def _zstd() -> Callable[[bytes, bool], bytes]:
    packer = zstandard.ZstdCompressor().compressobj()
    how = {True: zstandard.COMPRESSOBJ_FLUSH_FINISH, False: zstandard.COMPRESSOBJ_FLUSH_BLOCK}
    return lambda data, last: packer.compress(data) + packer.flush(how[last])


_STAGES: dict[str, Callable[[], Callable[[bytes, bool], bytes]]] = {
    "gzip": lambda: _zlib(zlib.MAX_WBITS | 16),
    "x-gzip": lambda: _zlib(zlib.MAX_WBITS | 16),
    "deflate": lambda: _zlib(zlib.MAX_WBITS),
    "br": _brotli,
    "zstd": _zstd,
}
