"""JSON text read from a file piece by piece, so that one value of a large file is in memory at a time.

Finds where a value ends without making anything of it; parsing it is somebody else's work.
"""

from __future__ import annotations

import re
from typing import Protocol

LARGEST = 2**26  # bytes of one value
DEEPEST = 500  # levels of one value
MOST = 2**18  # objects and lists of one value
_STEP = 2**18
_EACH = 2**7  # bytes that are passed over in the time that an object or a list takes
_SPACE = re.compile(rb"[ \t\r\n]*+")
# Unrolled, which is twice as fast in texts that are full of escapes, as JSON within JSON is.
_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_STRING = re.compile(_TEXT, re.DOTALL)
_BETWEEN = rb'[^"{}\[\]\\]*+'
_FLAT = re.compile(rb"%s(?:%s%s)*+" % (_BETWEEN, _TEXT, _BETWEEN), re.DOTALL)  # up to what opens or closes
_SCALAR = re.compile(rb"[^\s,:\"{}\[\]\\]*+")
_CLOSES = {ord("{"): ord("}"), ord("["): ord("]")}
_BOM = b"\xef\xbb\xbf"


class Source(Protocol):
    """A file that is read forwards."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, b"" at the end alone."""
        ...


class Broken(Exception):
    """What comes is no JSON; the message says why, after "it". `cost`: the work on it, in bytes."""

    def __init__(self, message: str, cost: int = 0) -> None:
        super().__init__(message)
        self.cost = cost


class CutOff(Broken):
    """The file ends first."""


class Scanner:
    """Stands at a place of the file, and goes on value by value."""

    def __init__(self, file: Source) -> None:
        self._file = file
        self._data = b""
        self._at = 0
        self._base = 0  # the offset of the first byte in `_data`
        self._over = False
        self._containers = 0  # of the value that is passed
        self._more(len(_BOM))
        if self._data.startswith(_BOM):
            self._at = len(_BOM)

    @property
    def offset(self) -> int:
        """Where it stands, in bytes from the file's start."""
        return self._base + self._at

    def peek(self) -> bytes:
        """The next byte that is no space, without passing it; b"" at the end."""
        while True:
            found = _SPACE.match(self._data, self._at)
            assert found is not None  # it matches nothing, too
            self._at = found.end()
            if self._at < len(self._data):
                return self._data[self._at : self._at + 1]
            self._forget()
            if not self._more():
                return b""

    def take(self, byte: bytes) -> bool:
        """Passes `byte` if it comes next."""
        if self.peek() != byte:
            return False
        self._at += 1
        return True

    def value(self) -> bytes:
        """Passes the value that comes next, and gives its text. Broken leaves it standing before it."""
        self.peek()
        self._forget()
        end = self._end()
        text, self._at = self._data[:end], end
        return text

    def find(self, pattern: re.Pattern[bytes], within: int = 64) -> bool:
        """Goes to the next place where `pattern` matches, which takes at most `within` bytes."""
        while True:
            if found := pattern.search(self._data, self._at):
                self._at = found.start()
                return True
            self._at = max(self._at, len(self._data) - within)
            self._forget()
            if not self._more():
                self._at = len(self._data)
                return False

    def step(self) -> None:
        """Passes one byte."""
        self._at += 1

    def _end(self) -> int:
        opened: list[int] = []
        self._containers = 0
        at = self._at
        while True:
            if opened:
                flat = _FLAT.match(self._data, at)
                assert flat is not None  # it matches nothing, too
                at = flat.end()
            if at >= len(self._data):
                self._need()
                continue
            byte = self._data[at]
            if byte == ord('"'):  # of a string that does not end within what is here, or the value is one
                found = _STRING.match(self._data, at)
                if found is None:
                    self._need()
                    continue
                at = found.end()
            elif byte in _CLOSES:
                opened.append(_CLOSES[byte])
                self._containers += 1
                if len(opened) > DEEPEST:
                    raise Broken(f"nests more than {DEEPEST} levels deep", self._cost(at))
                if self._containers >= MOST:
                    raise Broken(f"holds {MOST:,} objects and lists or more", self._cost(at))
                at += 1
            elif opened and byte == opened[-1]:
                opened.pop()
                at += 1
            elif opened:
                raise Broken(f"is no JSON at byte {self._base + at:,}", self._cost(at))
            else:
                return self._scalar(at)
            if not opened:
                return at

    def _scalar(self, at: int) -> int:
        while True:
            found = _SCALAR.match(self._data, at)
            assert found is not None  # it matches nothing, too
            if found.end() == at:
                raise Broken(f"is no JSON at byte {self._base + at:,}")
            if found.end() < len(self._data) or self._over:
                return found.end()
            self._grow()

    def _cost(self, at: int) -> int:
        """What was gone through up to `at`, as the bytes that take as long."""
        return at - self._at + _EACH * self._containers

    def _need(self) -> None:
        if self._over or not self._grow():
            raise CutOff("is cut off: the file ends in the middle of it", self._cost(len(self._data)))

    def _grow(self) -> bool:
        if len(self._data) - self._at > LARGEST:
            raise Broken(f"is larger than {LARGEST:,} bytes", self._cost(len(self._data)))
        return self._more(min(len(self._data), LARGEST // 4))

    def _forget(self) -> None:
        """Lets go of what was passed."""
        self._base += self._at
        self._data = self._data[self._at :]
        self._at = 0

    def _more(self, size: int = 0) -> bool:
        """Reads on, more the more is here already: what is looked at twice stays in proportion."""
        piece = b"" if self._over else self._file.read(max(size, _STEP))
        self._over = not piece
        self._data += piece
        return bool(piece)
