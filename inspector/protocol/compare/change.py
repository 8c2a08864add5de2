"""What a comparison can tell about one piece: the words and the records that all comparisons share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Change(StrEnum):
    """What became of a piece of the old side, or where a piece of the new side came from."""

    KEPT = "kept"
    ADDED = "added"
    VANISHED = "vanished"
    CHANGED = "changed"  # the same piece, not the same inside
    MOVED = "moved"  # out of order with its neighbours; it may be changed inside as well


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value inside a JSON value that is not what it was; never KEPT.

    `old`, `new`: its pointers on the two sides, None on the side that lacks it; `before` and `after` are then
    None too. Where an element of a list MOVED, what changed inside it follows in records of its own.
    """

    change: Change
    old: str | None
    new: str | None
    before: Any = None
    after: Any = None
    routine: bool = False  # differs in every request: ids of the turn, times

    def to_json(self) -> dict[str, Any]:
        """The record as the commands print it."""
        told: dict[str, Any] = {"change": str(self.change), "old": self.old, "new": self.new}
        if self.old is not None:
            told["before"] = self.before
        if self.new is not None:
            told["after"] = self.after
        return {**told, "routine": True} if self.routine else told


@dataclass(frozen=True, slots=True)
class PieceChange:
    """An item or a tool on one or both sides: `old`, `new` are its pointers, sizes are bytes of JSON.

    `before` and `after` are the values, without what the comparison ignores; `parts` is what changed inside.
    """

    change: Change
    title: str  # "message user", "function_call exec_command"; of a tool its name, "namespace/name"
    old: str | None
    new: str | None
    before: Any = None
    after: Any = None
    parts: tuple[ValueChange, ...] = ()
    old_size: int = 0
    new_size: int = 0

    def to_json(self) -> dict[str, Any]:
        """The record as the commands print it; values only of what came or went, the rest has its parts."""
        told: dict[str, Any] = {
            "change": str(self.change),
            "title": self.title,
            "old": self.old,
            "new": self.new,
            "old_size": self.old_size,
            "new_size": self.new_size,
        }
        if self.change is Change.VANISHED:
            told["before"] = self.before
        elif self.change is Change.ADDED:
            told["after"] = self.after
        if self.parts:
            told["parts"] = [part.to_json() for part in self.parts]
        return told


@dataclass(frozen=True, slots=True)
class HeaderChange:
    """A header that is not what it was: its name in lower case, values of a repeated one joined by ", "."""

    change: Change
    name: str
    before: str | None
    after: str | None
    parts: tuple[ValueChange, ...] = ()  # inside a value that is JSON on both sides
    routine: bool = False

    def to_json(self) -> dict[str, Any]:
        """The record as the commands print it."""
        told: dict[str, Any] = {
            "change": str(self.change),
            "name": self.name,
            "before": self.before,
            "after": self.after,
        }
        if self.parts:
            told["parts"] = [part.to_json() for part in self.parts]
        return {**told, "routine": True} if self.routine else told
