"""A text's difference as rows: in one column, or old and new beside each other where there is room for both.

In one column each line has its number and its mark; beside each other, the old text is on the left. What
differs inside a line is underlined. Lines that are far from any change, and ends of lines that are too long
to be read, are counted instead of shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, zip_longest
from typing import NamedTuple, overload

from inspector.protocol.compare.change import Change
from inspector.protocol.compare.text import Line
from inspector.ui.view.diff.words import MARKS
from inspector.ui.view.measures import counted, size
from inspector.ui.view.rows import Row, Span, Tone
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import cells, wrap

BESIDE = 100  # from this width on there are two columns
LONGEST = 20_000  # characters of a line that are laid out
_RULE = " │ "

_TONES = {
    Change.KEPT: (Tone.DIM, Tone.DIM),
    Change.ADDED: (Tone.GOOD, Tone.FRESH),
    Change.VANISHED: (Tone.BAD, Tone.STALE),
}


class _Cell(NamedTuple):
    """A line in its column."""

    lead: str  # number and mark
    mark: Span
    text: str
    stretches: Sequence[tuple[int, int, Tone]]
    pieces: Sequence[tuple[int, int]]

    def spans(self, piece: int) -> tuple[Span, ...]:
        """What a row of it shows; nothing below its end."""
        if piece >= len(self.pieces):
            return ()
        start, end = self.pieces[piece]
        margin = (
            (Span(f"{self.lead} ", Tone.FAINT), self.mark, Span(" "))
            if piece == 0
            else (Span(" " * (len(self.lead) + 3)),)
        )
        return (
            *margin,
            *(
                Span(self.text[max(start, a) : min(end, b)], tone)
                for a, b, tone in self.stretches
                if a < end and b > start
            ),
        )


_Block = tuple[_Cell, ...]  # one cell, or the two of a line on both sides


class LineRows(Sequence[Row]):
    """The lines of a difference, laid out at a width; made into rows when they are looked at."""

    def __init__(self, lines: Sequence[Line], width: int) -> None:
        self._digits = len(str(max((max(line.old or 0, line.new or 0) for line in lines), default=0)))
        sides = {line.change for line in lines if not line.skipped}
        is_wide = width >= BESIDE and {Change.ADDED, Change.VANISHED} <= sides
        self._column = (width - len(_RULE)) // 2 if is_wide else width
        self._blocks = list(self._beside(lines) if is_wide else self._below(lines))
        heights = (max(len(cell.pieces) for cell in block) for block in self._blocks)
        self._tops = list(accumulate(heights, initial=0))

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
        at = bisect_right(self._tops, index) - 1
        block, piece = self._blocks[at], index - self._tops[at]
        if len(block) == 1:
            return Row(block[0].spans(piece))
        left = block[0].spans(piece)
        blank = " " * (self._column - sum(cells(span.text) for span in left))
        return Row((*left, Span(blank), Span(_RULE, Tone.FAINT), *block[1].spans(piece)))

    def _below(self, lines: Sequence[Line]) -> Iterator[_Block]:
        for line in lines:
            yield (self._cell(line, line.new or line.old),)

    def _beside(self, lines: Sequence[Line]) -> Iterator[_Block]:
        at = 0
        while at < len(lines):
            line = lines[at]
            if line.skipped:
                yield (self._cell(line, None),)
                at += 1
            elif line.change is Change.KEPT:
                yield self._cell(line, line.old), self._cell(line, line.new)
                at += 1
            else:
                gone = _run(lines, at, Change.VANISHED)
                come = _run(lines, at + len(gone), Change.ADDED)
                for old, new in zip_longest(gone, come):
                    yield (
                        self._cell(old, old.old if old else None),
                        self._cell(new, new.new if new else None),
                    )
                at += len(gone) + len(come)

    def _cell(self, line: Line | None, number: int | None) -> _Cell:
        lead = f"{number or '':>{self._digits}}"
        if line is None:
            return _Cell(lead, Span(" "), "", (), ())
        if line.skipped:
            return _told(line, self._digits)
        text, stretches = _cleaned(line)
        pieces = wrap(text, self._column - self._digits - 3)
        mark = Span(" ") if line.change is Change.KEPT else MARKS[line.change]
        return _Cell(lead, mark, text, stretches, pieces)


def _run(lines: Sequence[Line], start: int, change: Change) -> list[Line]:
    """The lines from there on that have this change."""
    end = start
    while end < len(lines) and lines[end].change is change and not lines[end].skipped:
        end += 1
    return list(lines[start:end])


def _told(line: Line, digits: int) -> _Cell:
    """How many lines are not shown."""
    if line.change is Change.KEPT:
        words, tone = f"… {counted(line.skipped, 'unchanged line')}", Tone.FAINT
    else:
        words, tone = f"✂ {counted(line.skipped, 'more line')} not compared", Tone.WARN
    return _Cell(" " * digits, Span(" "), words, [(0, len(words), tone)], [(0, len(words))])


def _cleaned(line: Line) -> tuple[str, list[tuple[int, int, Tone]]]:
    """The line as it can be shown, and the tones of its stretches."""
    usual, marked = _TONES[line.change]
    if line.spans:
        usual = Tone.TEXT
    edges = [(0, 0), *(span for span in line.spans if span[1] <= LONGEST), (LONGEST, LONGEST)]
    text = ""
    stretches: list[tuple[int, int, Tone]] = []
    for (_, before), (start, end) in pairwise(edges):
        for piece, tone in ((line.text[before:start], usual), (line.text[start:end], marked)):
            shown = clean(piece)
            stretches.append((len(text), len(text) + len(shown), tone))
            text += shown
    if len(line.text) > LONGEST:
        rest = f" ✂ {size(len(line.text) - LONGEST)} more not shown"
        stretches.append((len(text), len(text) + len(rest), Tone.WARN))
        text += rest
    return text, stretches
