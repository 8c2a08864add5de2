"""Bodies as text and back, to the byte: UTF-8 with what is none of it, else UTF-16, UTF-32 or Latin-1.

A body says which it is by its first bytes, by its headers, or by the zeros in it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_SAID = re.compile(r"(?i)charset\s*=\s*[\"']?([\w-]+)")
_MARKS = (  # the longer ones first: they begin alike
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS = {b"x000": "utf-32-le", b"000x": "utf-32-be", b"x0x0": "utf-16-le", b"0x0x": "utf-16-be"}
_ONE_BYTE = frozenset({"iso-8859-1", "iso-8859-15", "latin-1", "latin1", "windows-1252", "cp1252"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Charset:
    """How bytes are read. What does not fit into a byte of Latin-1 becomes a `?`."""

    name: str
    errors: str

    def decoded(self, data: bytes) -> str:
        """The text that they are."""
        return data.decode(self.name, self.errors)

    def encoded(self, text: str) -> bytes:
        """The bytes that it is."""
        return text.encode(self.name, "replace" if self.name == "latin-1" else self.errors)


UTF_8 = Charset("utf-8", "surrogateescape")


def of(content_type: str, data: bytes) -> Charset:
    """That of a body; whatever it says, UTF-8 where it is not that from end to end."""
    said = _SAID.search(content_type)
    named = said[1].lower() if said else ""
    if named in _ONE_BYTE:
        return UTF_8 if _is(Charset("utf-8", "strict"), data) else Charset("latin-1", "strict")
    by_mark = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    start = bytes([ord("x") if byte else ord("0") for byte in data[:4]])
    by_zeros = _ZEROS.get(start)
    for name in (by_mark, by_zeros, f"{named}-le" if named in ("utf-16", "utf-32") else named):
        if name in _ZEROS.values() and _is(charset := Charset(name or "", "surrogatepass"), data):
            return charset
    return UTF_8


def is_text(data: bytes) -> bool:
    """Whether bytes can be read as they are."""
    return _is(Charset("utf-8", "strict"), data) and not _CONTROL.search(data.decode())


def _is(charset: Charset, data: bytes) -> bool:
    try:
        return charset.encoded(charset.decoded(data)) == data
    except UnicodeError:
        return False
