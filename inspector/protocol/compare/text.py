"""Two texts, line by line, and within changed lines word by word.

Lines end at a line feed and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Any

from inspector.protocol.compare.alignment import common_start
from inspector.protocol.compare.change import Change
from inspector.protocol.compare.matching import Matcher, Run

_PAIRS = 100_000  # of equal lines, and of equal words, that are looked at closely
_LONG = 600  # characters; words are compared in stretches up to that
_COMPARED = 100  # pairs of lines in one stretch whose words are compared
_WORD_END = re.compile(r"\w+$")
_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line, KEPT, ADDED or VANISHED, without its line feed; numbers from 1, None on a side that lacks it.

    `spans`: what differs from the line that it replaces or that replaces it, as [start, end) in characters.
    `skipped`: how many lines this one stands for; it has no text, its numbers are those of the first of them.
    KEPT: lines far from any change; CHANGED: beyond the limit, the rest of the longer text.
    """

    change: Change
    old: int | None
    new: int | None
    text: str
    spans: tuple[tuple[int, int], ...] = ()
    skipped: int = 0

    def to_json(self) -> dict[str, Any]:
        """As the commands print it."""
        told: dict[str, Any] = {"change": str(self.change), "old": self.old, "new": self.new}
        if self.skipped:
            return {**told, "skipped": self.skipped}
        return {**told, "text": self.text, "spans": [list(span) for span in self.spans]}


def text_difference(old: str, new: str, *, context: int | None = None, limit: int = 20_000) -> list[Line]:
    """The lines of both texts, `limit` of them at most.

    `context`: how many kept lines stay around a change; None: all of them.
    """
    olds, news = old.split("\n"), new.split("\n")
    numbers: dict[str, int] = {}  # equal lines as equal numbers, which compare faster
    left = [numbers.setdefault(line, len(numbers)) for line in olds]
    right = [numbers.setdefault(line, len(numbers)) for line in news]
    told: list[Line] = []
    old_seen = new_seen = 0
    for line in _lines(olds, news, _runs(left, right), context):
        if len(told) == limit:
            left_over = max(len(olds) - old_seen, len(news) - new_seen)
            told.append(Line(Change.CHANGED, old_seen + 1, new_seen + 1, "", skipped=left_over))
            break
        told.append(line)
        old_seen += (line.skipped or 1) if line.old is not None else 0
        new_seen += (line.skipped or 1) if line.new is not None else 0
    return told


def _runs(old: Sequence[int], new: Sequence[int]) -> list[Run]:
    """The runs of equal lines, in order; equal beginnings and ends are found at once."""
    start = common_start(old, new)
    end = common_start(old[start:][::-1], new[start:][::-1])
    olds, news = old[start : len(old) - end], new[start : len(new) - end]
    return [
        Run(0, 0, start),
        *(Run(run.old + start, run.new + start, run.length) for run in Matcher(_PAIRS).runs(olds, news)),
        Run(len(old) - end, len(new) - end, end),
    ]


def _lines(
    old: Sequence[str], new: Sequence[str], runs: Sequence[Run], context: int | None
) -> Iterator[Line]:
    old_at = new_at = 0
    words = Matcher(_PAIRS)
    runs = _joined(runs)
    for run in runs:
        yield from _replaced(old, new, range(old_at, run.old), range(new_at, run.new), words)
        is_first = run.old == run.new == 0
        is_last = run.old + run.length == len(old) and run.new + run.length == len(new)
        if context is None:
            yield from _kept(old, run, run.length, 0)
        else:
            yield from _kept(old, run, 0 if is_first else context, 0 if is_last else context)
        old_at, new_at = run.old + run.length, run.new + run.length


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Runs that follow each other as one; an empty one only at the end."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and last.old + last.length == run.old and last.new + last.length == run.new:
            joined[-1] = Run(last.old, last.new, last.length + run.length)
        elif run.length or run is runs[-1]:
            joined.append(run)
    return joined


def _kept(old: Sequence[str], run: Run, after: int, before: int) -> Iterator[Line]:
    """The lines of a run, except those further away than so many from the changes at its two ends."""
    first = min(after, run.length)
    last = max(first, run.length - before)
    if last - first == 1:  # the line that says so would take as much room
        first = last
    for n in range(first):
        yield Line(Change.KEPT, run.old + n + 1, run.new + n + 1, old[run.old + n])
    if last > first:
        yield Line(Change.KEPT, run.old + first + 1, run.new + first + 1, "", skipped=last - first)
    for n in range(last, run.length):
        yield Line(Change.KEPT, run.old + n + 1, run.new + n + 1, old[run.old + n])


def _replaced(
    old: Sequence[str], new: Sequence[str], olds: range, news: range, words: Matcher
) -> Iterator[Line]:
    pairs = islice(zip(olds, news, strict=False), _COMPARED)
    spans = [_spans(old[one], new[other], words) for one, other in pairs]
    for n, at in enumerate(olds):
        yield Line(Change.VANISHED, at + 1, None, old[at], spans[n][0] if n < len(spans) else ())
    for n, at in enumerate(news):
        yield Line(Change.ADDED, None, at + 1, new[at], spans[n][1] if n < len(spans) else ())


Spans = tuple[tuple[int, int], ...]


def _spans(old: str, new: str, words: Matcher) -> tuple[Spans, Spans]:
    """What differs inside a line and the line in its place; nothing if they have less than half in common."""
    start = common_start(old, new)
    end = common_start(old[start:][::-1], new[start:][::-1])
    start -= _part_of_word(old[:start])
    end -= _part_of_word(old[len(old) - end :][::-1])
    olds, news = old[start : len(old) - end], new[start : len(new) - end]
    common = start + end
    if max(len(olds), len(news)) > _LONG:
        edits = [(0, len(olds), 0, len(news))]
    else:
        left, right = _WORDS.findall(olds), _WORDS.findall(news)
        left_ends, right_ends = [0, *accumulate(map(len, left))], [0, *accumulate(map(len, right))]
        edits, old_at, new_at = [], 0, 0
        for run in [*words.runs(left, right), Run(len(left), len(right), 0)]:
            one, other = left_ends[run.old], right_ends[run.new]
            edits.append((old_at, one, new_at, other))
            old_at, new_at = left_ends[run.old + run.length], right_ends[run.new + run.length]
            common += old_at - one
    if 2 * common < max(len(old), len(new)):
        return (), ()
    return (
        tuple((start + a, start + b) for a, b, _, _ in edits if b > a),
        tuple((start + c, start + d) for _, _, c, d in edits if d > c),
    )


def _part_of_word(text: str) -> int:
    """How many characters at the end of a text belong to a word that may be cut there."""
    found = _WORD_END.search(text[-_LONG:])
    return len(found[0]) if found else 0
