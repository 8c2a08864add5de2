"""What each piece of a line of JSON is, so that it can be coloured: line by line, as lines are drawn. And of
a bracket its partner.

No text of JSON goes on in the next line, so a line tells by itself what its pieces are, whatever stands above
it: a key costs what is on the screen, not what is in the body. Only a name whose colon is in the next line is
taken for a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

_LONGEST = 50_000  # characters of a line that is looked at; more than folding leaves, unless it is undone
_ESCAPES = 2_000  # of one text that are told apart, as each is drawn by itself
_PIECE = re.compile(
    r'(?P<closed>"(?:[^"\\]++|\\.)*+")(?P<colon>\s*+:)?'
    r'|(?P<open>"(?:[^"\\]++|\\.?)*+)'
    r"|(?P<number>-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?(?![\w.+-]))"
    r"|(?P<word>(?:true|false|null)(?![\w.+-]))"
    r"|(?P<bracket>[\[\]{}])|(?P<mark>[,:])"
    r'|(?P<wrong>[^\s"\[\]{},:]++)'
)
_OPENING = ("[", "{")
_SIGHT = 300  # lines, more than any screen has
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|[\"\\/bfnrt])")


class Kind(StrEnum):
    """What a piece is."""

    NAME = "name"
    TEXT = "text"
    ESCAPE = "escape"
    NUMBER = "number"
    WORD = "word"
    BRACKET = "bracket"
    MARK = "mark"
    WRONG = "wrong"


class Piece(NamedTuple):
    """From where to where, in characters; one inside another comes after it."""

    start: int
    end: int
    kind: Kind


@lru_cache(maxsize=512)
def pieces(line: str) -> tuple[Piece, ...]:
    """The pieces of a line, in order; none of one that is too long to be looked at for each key."""
    return tuple(_pieces(line)) if len(line) <= _LONGEST else ()


def _pieces(line: str) -> Iterator[Piece]:
    for found in _PIECE.finditer(line):
        if found["closed"] is not None:
            start, end = found.span("closed")
            named = found["colon"] is not None
            yield Piece(start, end, Kind.NAME if named else Kind.TEXT)
            if named:
                yield Piece(found.end() - 1, found.end(), Kind.MARK)
            else:
                escapes = islice(_ESCAPE.finditer(line, start, end), _ESCAPES)
                yield from (Piece(*one.span(), Kind.ESCAPE) for one in escapes)
        else:
            kind = found.lastgroup or ""
            yield Piece(*found.span(), Kind.WRONG if kind == "open" else Kind(kind))


def partner(lines: Sequence[str], at: tuple[int, int]) -> tuple[int, int] | None:
    """Where the bracket closes, or opens, that is at a line and a column; None where none is in sight."""
    row, column = at
    opens = lines[row][column : column + 1] in _OPENING
    rows = range(row, len(lines))[:_SIGHT] if opens else range(row, -1, -1)[:_SIGHT]
    depth = 0
    for n in rows:
        brackets = [piece.start for piece in pieces(lines[n]) if piece.kind is Kind.BRACKET]
        if n == row:
            if column not in brackets:
                return None  # it stands in a text
            brackets = [start for start in brackets if (start >= column if opens else start <= column)]
        for start in brackets if opens else reversed(brackets):
            depth += 1 if (lines[n][start] in _OPENING) is opens else -1
            if depth == 0:
                return n, start
    return None
