"""A text looked for in the bytes of a body, in either case, however JSON has written it.

JSON may write a character as it is or as an escape (`\\"`, `\\n`, `\\u00e9`), and JSON inside of JSON escapes
the escape: one backslash becomes three, then seven. Undoing that for megabytes costs more than all the rest
of a search, so it is what is looked for that is spelled in every way, as a regular expression. Most texts
have a piece that is never escaped: where that is not found, nothing else has to be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

_NEVER_ESCAPED = r"[\w .,:;!?()\[\]{}=*#@$%^|~-]"
_PLAIN = re.compile(f"{_NEVER_ESCAPED}+", re.ASCII)
_SHORT = {"\n": b"n", "\t": b"t", "\r": b"r", "\b": b"b", "\f": b"f", '"': b'"', "/": b"/"}


class Needle:
    """A text to be found in lower-cased UTF-8."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._literal = text.lower().encode("utf-8", "replace")
        self._is_plain = _PLAIN.fullmatch(text) is not None
        self._longest = max(_PLAIN.findall(text.lower()), key=len, default="").encode()

    def find(self, lowered: bytes, start: int = 0) -> int:
        """Where the first one behind `start` ends, -1 when there is none."""
        if self._is_plain:
            found = lowered.find(self._literal, start)
            return found if found < 0 else found + len(self._literal)
        if lowered.find(self._longest, start) < 0:
            return -1
        match = self._pattern.search(lowered, start)
        return match.end() if match else -1

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        return re.compile(_spelled(self._text))


def find_all(needles: Iterable[Needle], lowered: bytes) -> bool:
    """Whether all of them are there, each behind the one before."""
    at = 0
    for needle in needles:
        at = needle.find(lowered, at)
        if at < 0:
            return False
    return True


def _spelled(text: str) -> bytes:
    """A pattern for every way in which a text can be written.

    Each piece is atomic: a piece that has matched is never tried in another way, else a text full of
    backslashes could be shared out among the pieces in more ways than anyone can wait for.
    """
    parts = []
    behind_backslashes = False
    for found in re.finditer(r"\\+|.", text, re.DOTALL):
        piece = found[0]
        if piece.startswith("\\"):  # with those that escape what comes behind them
            ways = [rb"\\{%d,%d}" % (len(piece), 8 * len(piece) + 7)]
        else:
            ways = _ways(piece, rb"\\{0,7}" if behind_backslashes else rb"\\{1,7}")
        behind_backslashes = piece.startswith("\\")
        parts.append(b"(?>" + b"|".join(ways) + b")")
    return b"".join(parts)


def _ways(character: str, backslashes: bytes) -> list[bytes]:
    """Those of a character that is no backslash, escapes first."""
    cases = dict.fromkeys((character, character.lower(), character.upper(), character.casefold()))
    as_it_is = [re.escape(case.encode("utf-8", "replace").lower()) for case in cases]
    if _PLAIN.fullmatch(character):
        return as_it_is
    escapes = [backslashes + _units(case) for case in cases]
    if character in _SHORT:
        escapes.append(backslashes + _SHORT[character])
    return [*escapes, *as_it_is]


def _units(text: str) -> bytes:
    """`\\u00e9` without its backslash; two of them for a character beyond U+FFFF."""
    data = text.encode("utf-16-be", "surrogatepass")
    return rb"\\{1,7}".join(b"u" + data[n : n + 2].hex().encode() for n in range(0, len(data), 2))
