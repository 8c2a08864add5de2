"""Long text as rows of a given width: wrapped at words where that is possible, bounded, and lazy.

Widths are cells as the terminal library measures them; cleaned text has a width for each character alone, so
a line may be cut anywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import overload

from rich.cells import get_character_cell_size

from inspector.ui.view.measures import size
from inspector.ui.view.rows import Row, Span, Tone
from inspector.ui.view.text import clean

LIMIT = 4_000_000  # characters of one text that are laid out; the raw view of a file says where the rest is
SHORTEST_BREAK = 0.6  # a line is broken at a blank only when this much of the width is used


def cells(text: str) -> int:
    """Cells that a cleaned text takes."""
    return len(text) if text.isascii() else sum(map(get_character_cell_size, text))


def cut(text: str, width: int) -> int:
    """How many characters of a cleaned text fit into `width` cells."""
    if text.isascii():
        return min(len(text), width)
    used = 0
    for index, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width:
            return index
    return len(text)


def wrap(line: str, width: int) -> list[tuple[int, int]]:
    """Where a cleaned line is cut into pieces of at most `width` cells: (start, end) of each."""
    if width < 2:
        width = 2  # a double-width character must fit
    if line.isascii() and len(line) <= width:
        return [(0, len(line))]
    pieces: list[tuple[int, int]] = []
    start = 0
    while start < len(line):
        end = start + max(1, cut(line[start : start + width], width))
        if end < len(line) and line[end] != " ":
            blank = line.rfind(" ", start + int(width * SHORTEST_BREAK), end)
            if blank > start:
                end = blank + 1
        pieces.append((start, end))
        start = end + 1 if end < len(line) and line[end] == " " else end
    return pieces or [(0, 0)]


class TextRows(Sequence[Row]):
    """A text laid out at a width. Cut into pieces at once, made into rows when looked at."""

    def __init__(self, text: str, width: int, *, tone: Tone = Tone.TEXT, indent: int = 0) -> None:
        whole = len(text)
        text = text[:LIMIT].removesuffix("\n")  # the end of the last line, not a line of its own
        self._indent = Span(" " * indent)
        self._tone = tone
        self._lines = [clean(line) for line in text.split("\n")]
        self._pieces = [wrap(line, width - indent) for line in self._lines]
        self._tops = list(accumulate(map(len, self._pieces), initial=0))
        self._rest = max(0, whole - LIMIT)

    def __len__(self) -> int:
        return self._tops[-1] + (1 if self._rest else 0)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        if index == self._tops[-1]:
            return Row((self._indent, Span(f"✂ {size(self._rest)} more not shown", Tone.WARN)))
        line = bisect_right(self._tops, index) - 1
        piece = index - self._tops[line]
        start, end = self._pieces[line][piece]
        return Row((self._indent, *self._spans(self._lines[line][start:end], piece == 0)))

    def matches(self, sought: re.Pattern[str]) -> Iterator[int]:
        """The rows on which a match begins, in order, each match once."""
        for n, line in enumerate(self._lines):
            for match in sought.finditer(line):
                yield self._tops[n] + max(0, bisect_right(self._pieces[n], (match.start(), LIMIT)) - 1)

    def _spans(self, text: str, starts_line: bool) -> tuple[Span, ...]:
        """Tones for a piece of a line."""
        return (Span(text, self._tone),)


class Joined(Sequence[Row]):
    """Several sequences of rows, one below the other."""

    def __init__(self, parts: Sequence[Sequence[Row]]) -> None:
        self._parts = parts
        self._tops = list(accumulate(map(len, parts), initial=0))

    def parts(self) -> Iterator[tuple[int, Sequence[Row]]]:
        """The sequences, each with the row at which it begins."""
        return zip(self._tops, self._parts, strict=False)

    def __len__(self) -> int:
        return self._tops[-1]

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        part = bisect_right(self._tops, index) - 1
        return self._parts[part][index - self._tops[part]]
