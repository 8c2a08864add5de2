"""Long text as rows of a given width: wrapped at words where that is possible, bounded, and lazy.

Widths are cells as the terminal library measures them; cleaned text has a width for each character alone, so
a line may be cut anywhere.

A text that streams is shown again and again with a little more at its end, or, step by step back, with a
little less. `after` gives rows those that stood in their place before: of a text that begins alike, only what
comes behind the common part is laid out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, overload

from rich.cells import get_character_cell_size

from inspector.ui.view.measures import size
from inspector.ui.view.rows import Row, Span, Tone
from inspector.ui.view.text import clean

LIMIT = 4_000_000  # characters of one text that are laid out; the raw view of a file says where the rest is
SLOW = 200_000  # characters that take a while to lay out
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


Piece = tuple[int, int]
"""Where a piece of a line starts and ends."""


def wrap(line: str, width: int, begun: Sequence[Piece] = ()) -> list[Piece]:
    """Where a cleaned line is cut into pieces of at most `width` cells; `begun`: its first ones, if known."""
    if width < 2:
        width = 2  # a double-width character must fit
    if line.isascii() and len(line) <= width:
        return [(0, len(line))]
    pieces = list(begun)
    start = _next(line, pieces[-1][1]) if pieces else 0
    while start < len(line):
        end = start + max(1, cut(line[start : start + width], width))
        if end < len(line) and line[end] != " ":
            blank = line.rfind(" ", start + int(width * SHORTEST_BREAK), end)
            if blank > start:
                end = blank + 1
        pieces.append((start, end))
        start = _next(line, end)
    return pieces or [(0, 0)]


def _next(line: str, end: int) -> int:
    """Where the piece after one that ends there starts: the blank at which a line was broken is left out."""
    return end + 1 if end < len(line) and line[end] == " " else end


def alike(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter):
        return len(shorter)
    known, unlike = 0, len(shorter)  # so many are alike; so many are not
    while unlike - known > 1:
        middle = (known + unlike) // 2
        if shorter[known:middle] == longer[known:middle]:
            known = middle
        else:
            unlike = middle
    return known


class _Layout(NamedTuple):
    """A text cut into lines, cleaned; each of them into pieces; and the row at which each begins."""

    text: str
    width: int
    lines: list[str]
    pieces: list[list[Piece]]
    tops: list[int]


def _lay_out(text: str, width: int, before: _Layout | None) -> _Layout:
    same = 0
    if before is not None and before.width == width:
        same = alike(before.text, text)
    if before is None or not same:
        lines = [clean(line) for line in text.split("\n")]
        pieces = [wrap(line, width) for line in lines]
        return _Layout(text, width, lines, pieces, list(accumulate(map(len, pieces), initial=0)))
    kept = text.count("\n", 0, same)  # lines that end where both texts are alike
    changed = [clean(line) for line in text[text.rfind("\n", 0, same) + 1 :].split("\n")]
    # A piece was cut by what stands in its width and one character more.
    common = alike(before.lines[kept], changed[0]) - max(width, 2)
    begun = before.pieces[kept][: bisect_left(before.pieces[kept], (common, 0))]
    rewrapped = [wrap(changed[0], width, begun), *(wrap(line, width) for line in changed[1:])]
    tops = before.tops[: kept + 1]
    tops.extend(accumulate(map(len, rewrapped), initial=tops.pop()))
    return _Layout(text, width, [*before.lines[:kept], *changed], [*before.pieces[:kept], *rewrapped], tops)


class TextRows(Sequence[Row]):
    """A text laid out at a width. Cut into pieces at the first look, made into rows when looked at."""

    def __init__(self, text: str, width: int, *, tone: Tone = Tone.TEXT, indent: int = 0) -> None:
        self._text = text[:LIMIT].removesuffix("\n")  # the end of the last line, not a line of its own
        self._width = width - indent
        self._indent = Span(" " * indent)
        self._tone = tone
        self._rest = max(0, len(text) - LIMIT)
        self._laid_out: _Layout | None = None

    @property
    def _layout(self) -> _Layout:
        if self._laid_out is None:
            self._laid_out = _lay_out(self._text, self._width, None)
        return self._laid_out

    @property
    def is_slow(self) -> bool:
        """Whether the first look will take longer than a frame may; any thread may have that look."""
        return self._laid_out is None and len(self._text) > SLOW

    def after(self, before: Sequence[Row]) -> None:
        """Lay out only what is not in the rows that stood here before."""
        if isinstance(before, TextRows) and self._laid_out is None:
            self._laid_out = _lay_out(self._text, self._width, before._laid_out)

    def __len__(self) -> int:
        return self._layout.tops[-1] + (1 if self._rest else 0)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        _, _, lines, pieces, tops = self._layout
        if index == tops[-1]:
            return Row((self._indent, Span(f"✂ {size(self._rest)} more not shown", Tone.WARN)))
        line = bisect_right(tops, index) - 1
        piece = index - tops[line]
        start, end = pieces[line][piece]
        return Row((self._indent, *self._spans(lines[line][start:end], piece == 0)))

    def matches(self, sought: re.Pattern[str]) -> Iterator[int]:
        """The rows on which a match begins, in order, each match once."""
        _, _, lines, pieces, tops = self._layout
        for n, line in enumerate(lines):
            for match in sought.finditer(line):
                yield tops[n] + max(0, bisect_right(pieces[n], (match.start(), LIMIT)) - 1)

    def matched(self, index: int, sought: re.Pattern[str]) -> list[Piece]:
        """Where on a row a match stands, or the part of one that begins on a row before or ends behind."""
        _, _, lines, pieces, tops = self._layout
        if not 0 <= index < tops[-1]:
            return []
        n = bisect_right(tops, index) - 1
        start, end = pieces[n][index - tops[n]]
        reach = len(sought.pattern)  # never less than what it matches: a line may be long
        room = self._indent.text
        found = []
        for match in sought.finditer(lines[n], max(0, start - reach), end + reach):
            left, right = max(start, match.start()), min(end, match.end())
            if left < right:
                found.append((len(room) + left - start, len(room) + right - start))
        return found

    def _spans(self, text: str, starts_line: bool) -> tuple[Span, ...]:
        """Tones for a piece of a line."""
        return (Span(text, self._tone),)


class Joined(Sequence[Row]):
    """Several sequences of rows, one below the other."""

    def __init__(self, parts: Sequence[Sequence[Row]]) -> None:
        self.sequences = parts

    @cached_property
    def _tops(self) -> list[int]:
        return list(accumulate(map(len, self.sequences), initial=0))

    def after(self, before: Sequence[Row]) -> None:
        """Lay out only what is not in the rows that stood here before, part by part."""
        if isinstance(before, Joined):
            for part, older in zip(self.sequences, before.sequences, strict=False):
                if isinstance(part, TextRows):
                    part.after(older)

    def parts(self) -> Iterator[tuple[int, Sequence[Row]]]:
        """The sequences, each with the row at which it begins."""
        return zip(self._tops, self.sequences, strict=False)

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
        top, part = self.part(index)
        return part[index - top]

    def part(self, index: int) -> tuple[int, Sequence[Row]]:
        """The sequence that a row is of, and the row at which that begins."""
        part = bisect_right(self._tops, index) - 1
        return self._tops[part], self.sequences[part]
