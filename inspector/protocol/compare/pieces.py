"""Lists of items and of tools: aligned, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from typing import Any

from inspector.protocol.compare.alignment import Element, align
from inspector.protocol.compare.canonical import size, verbatim
from inspector.protocol.compare.change import Change, PieceChange
from inspector.protocol.compare.values import value_difference
from inspector.protocol.progress import Progress, untold

_WORD = re.compile(r"\w+")
_READ = 20_000  # characters that decide whether two pieces resemble each other
_FRAME = frozenset(("type", "role", "id", "call_id", "status", "name", "phase"))  # what says nothing itself


class Piece:
    """An item or a tool at its pointer."""

    levels = 1

    def __init__(self, value: Any, pointer: str, title: str) -> None:
        self.value = value
        self.pointer = pointer
        self.title = title

    @property
    def kind(self) -> Hashable | None:
        """Only pieces of one title are each other's changed forms."""
        return self.title

    def name(self, level: int) -> Hashable | None:
        """What else it goes by."""
        return self.title

    @cached_property
    def text(self) -> str:
        """JSON, members in the order in which they came."""
        return verbatim(self.value)

    @cached_property
    def size(self) -> int:
        """Bytes of JSON."""
        return size(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that it says, without its frame."""
        return frozenset(_WORD.findall(" ".join(_strings(self.value))))


def compare_pieces(
    old: Sequence[Piece],
    new: Sequence[Piece],
    resemble: Callable[[Element, Element], bool],
    progress: Progress = untold,
) -> tuple[PieceChange, ...]:
    """Every piece of both lists once, in the order of the new one, what vanished where it was."""
    total = len(old) + len(new)  # the old ones are looked for, then the new ones told
    sought: set[int] = set()

    def look(one: Element, other: Element) -> bool:
        sought.add(id(one))
        progress(len(sought), total)
        return resemble(one, other)

    found = []
    for n, pair in enumerate(align(old, new, look)):
        progress(len(old) + min(n, len(new)), total)
        before = old[pair.old] if pair.old is not None else None
        after = new[pair.new] if pair.new is not None else None
        found.append(_told(before, after, pair.moved))
    return tuple(found)


def share_words(one: Element, other: Element) -> bool:
    """Whether at least half of the words of the richer piece are said by both."""
    if not isinstance(one, Piece) or not isinstance(other, Piece):
        return False
    longer = max(len(one.words), len(other.words))
    return 2 * len(one.words & other.words) >= longer


def in_place(one: Element, other: Element) -> bool:
    """Pieces of one kind in the same place are forms of one, whatever they say."""
    return True


def _told(old: Piece | None, new: Piece | None, moved: bool) -> PieceChange:
    if new is None:
        assert old is not None
        return PieceChange(Change.VANISHED, old.title, old.pointer, None, before=old.value, old_size=old.size)
    if old is None:
        return PieceChange(Change.ADDED, new.title, None, new.pointer, after=new.value, new_size=new.size)
    parts = () if old.text == new.text else value_difference(old.value, new.value, old.pointer, new.pointer)
    change = Change.MOVED if moved else Change.CHANGED if parts else Change.KEPT
    return PieceChange(
        change, new.title, old.pointer, new.pointer, old.value, new.value, parts, old.size, new.size
    )


def _strings(value: Any) -> Iterator[str]:
    """The texts inside, without the frame, up to as many characters as are read."""
    stack, left = [value], _READ
    while stack and left > 0:
        piece = stack.pop()
        if isinstance(piece, str):
            yield piece[:left]
            left -= len(piece)
        elif isinstance(piece, list):
            stack.extend(reversed(piece))
        elif isinstance(piece, dict):
            stack.extend(reversed([member for name, member in piece.items() if name not in _FRAME]))
