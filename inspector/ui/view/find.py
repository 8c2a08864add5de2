"""A text searched for in an outline: in every row there is, folded away or not.

A search goes on in short steps, as nodes and their bodies are made by being looked at. Texts that were
wrapped are searched as the lines they were. Small letters stand for any case, a capital for itself.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import Row, Span, Tone
from inspector.ui.view.wrap import Joined, Piece, TextRows

STEP = 200  # hits between two looks at the clock
MOST = 100_000  # hits; a search that found so many has not found anything


class Hit(NamedTuple):
    """A row that has the text."""

    order: int  # of its node, among all that were looked at
    line: int  # 0: the node's head
    key: str
    folded: tuple[str, ...]  # what has to be unfolded to see it, outermost first


class Search:
    """The rows of `nodes`, laid out for `width` cells, that have a text."""

    def __init__(self, nodes: Sequence[Node], text: str, width: int) -> None:
        self.text = text
        self.sought = pattern(text)
        self.hits: list[Hit] = []
        self.done = False
        self.share = 0.0  # of the way to the end: each node as much as its neighbours, with all below it
        self.slow: TextRows | None = None  # laid out next: it takes so long that a thread had better do it
        self._orders: dict[str, int] = {}
        self._width = width
        self._stack: list[tuple[Node, int, tuple[str, ...], float]] = [
            (node, 0, (), 1 / len(nodes)) for node in reversed(nodes)
        ]
        self._steps = self._walk()

    def go_on(self, seconds: float = 0.015) -> bool:
        """Searches for about so long, or up to something `slow`; True when there is nothing left."""
        until = time.perf_counter() + seconds
        self.done = True
        self.slow = None
        for slow_one in self._steps:
            self.slow = slow_one
            if slow_one is not None or time.perf_counter() > until:
                self.done = False
                break
        return self.done

    def nearest(self, key: str | None, line: int, step: int) -> int | None:
        """Of the hits so far the first after a row (1), before it (-1), from it on (0); round the ends."""
        if not self.hits:
            return None
        place = (self._orders.get(key or "", -1), line)
        if step < 0:
            return (bisect_left(self.hits, place, key=_place) - 1) % len(self.hits)
        find = bisect_right if step else bisect_left
        return find(self.hits, place, key=_place) % len(self.hits)

    def is_ahead(self, key: str | None, line: int) -> bool:
        """Whether there is a hit behind a row already: whatever else is found, the first one stays it."""
        order = -1 if key is None else self._orders.get(key)
        return order is not None and bool(self.hits) and self.hits[-1][:2] > (order, line)

    def _walk(self) -> Iterator[TextRows | None]:
        """Looks at one after the other; between two steps, what is slow in the next one."""
        while self._stack and len(self.hits) < MOST:
            yield from self._look(*self._stack.pop())
            yield None

    def _look(
        self, node: Node, depth: int, folded: tuple[str, ...], weight: float
    ) -> Iterator[TextRows | None]:
        order = len(self._orders)
        self._orders[node.key] = order
        body = node.body(self._width - Outline.indent(depth + (not node.is_bare)))
        yield from slow(body)
        # A head says otherwise what the body below it says: looked at as it is when that is unfolded.
        if has(node.head(self._width - Outline.indent(depth), bool(body)), self.sought):
            self.hits.append(Hit(order, 0, node.key, (*folded, node.key) if body else folded))
        inside = folded if node.is_bare else (*folded, node.key)
        for line in rows_with(body, self.sought):
            self.hits.append(Hit(order, line + 1, node.key, inside))
            if not len(self.hits) % STEP:
                yield None
        below = node.below()
        part = weight / (1 + len(below))
        self.share += part
        self._stack += [(child, depth + 1, inside, part) for child in reversed(below)]


def _place(hit: Hit) -> tuple[int, int]:
    return hit[:2]


def pattern(text: str) -> re.Pattern[str]:
    """What matches a text as it is; in any case, unless it has a capital."""
    return re.compile(re.escape(text), 0 if text != text.lower() else re.IGNORECASE)


def has(row: Row, sought: re.Pattern[str]) -> bool:
    """Whether a row has it, on its left or on its right."""
    return any(sought.search("".join(span.text for span in spans)) for spans in (row.left, row.right))


def rows_with(rows: Sequence[Row], sought: re.Pattern[str]) -> Iterator[int]:
    """Which of a body's rows have it; a match is on the row on which it begins."""
    if isinstance(rows, TextRows):
        before = None
        for row in rows.matches(sought):
            if row != before:
                yield row
            before = row
    elif isinstance(rows, Joined):
        for top, part in rows.parts():
            yield from (top + row for row in rows_with(part, sought))
    else:
        yield from (number for number, row in enumerate(rows) if has(row, sought))


def slow(rows: Sequence[Row]) -> Iterator[TextRows]:
    """What of a body's rows takes long to lay out, and is not yet."""
    if isinstance(rows, TextRows):
        if rows.is_slow:
            yield rows
    elif isinstance(rows, Joined):
        for part in rows.sequences:
            yield from slow(part)


def highlighted(row: Row, sought: re.Pattern[str], matched: Iterable[Piece] | None = None) -> Row:
    """The row with what matches in a tone of its own; on its left that is at `matched`, if it is known."""
    left = _split(row.left, _matched(row.left, sought) if matched is None else matched)
    return Row(tuple(left), tuple(_split(row.right, _matched(row.right, sought))))


def matched_in(rows: Sequence[Row], index: int, sought: re.Pattern[str]) -> list[Piece] | None:
    """Where on one of a body's rows a match stands, or a part of it; None where rows are whole lines."""
    if isinstance(rows, TextRows):
        return rows.matched(index, sought)
    if isinstance(rows, Joined):
        top, part = rows.part(index)
        return matched_in(part, index - top, sought)
    return None


def _matched(spans: Iterable[Span], sought: re.Pattern[str]) -> list[Piece]:
    return [match.span() for match in sought.finditer("".join(span.text for span in spans))]


def _split(spans: Iterable[Span], matched: Iterable[Piece]) -> Iterator[Span]:
    edges = [edge for piece in matched for edge in piece]
    at = 0
    for span in spans:
        end = at + len(span.text)
        inner = edges[bisect_right(edges, at) : bisect_left(edges, end)]
        for start, stop in zip([at, *inner], [*inner, end], strict=True):
            inside = bisect_right(edges, start) % 2 == 1
            yield Span(span.text[start - at : stop - at], Tone.HIT if inside else span.tone)
        at = end
