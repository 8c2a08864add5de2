"""What a text can be asked for: to have something, to be it, to be like it. Letters count in either case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from inspector.capture.filter.problem import FilterError
from inspector.capture.filter.tokens import Value, written_value


def find_in_order(pieces: Iterable[str], text: str, start: int = 0) -> int:
    """Where the last of the pieces ends, each looked for behind the one before; -1 when one is not there."""
    for piece in pieces:
        found = text.find(piece, start)
        if found < 0:
            return -1
        start = found + len(piece)
    return start


@dataclass(frozen=True, slots=True)
class Contains:
    """`text` anywhere in it."""

    text: str
    _folded: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_folded", self.text.casefold())

    def matches(self, folded: str) -> bool:
        """Whether a text, casefolded, has it."""
        return self._folded in folded

    def __str__(self) -> str:
        return written_value(self.text)


@dataclass(frozen=True, slots=True)
class Whole:
    """`text`, and nothing else."""

    text: str
    _folded: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_folded", self.text.casefold())

    def matches(self, folded: str) -> bool:
        """Whether a text, casefolded, is it."""
        return self._folded == folded

    def __str__(self) -> str:
        return f"={written_value(self.text)}"


@dataclass(frozen=True, slots=True)
class Like:
    """A whole text with `*` for anything."""

    text: str
    _pieces: list[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pieces", self.text.casefold().split("*"))

    def matches(self, folded: str) -> bool:
        """Whether a text, casefolded, is like it."""
        first, *middle, last = self._pieces
        if not (folded.startswith(first) and folded.endswith(last)):
            return False
        end = find_in_order(middle, folded, len(first))
        return 0 <= end <= len(folded) - len(last)

    def __str__(self) -> str:
        return self.text


Pattern = Contains | Whole | Like


def read_pattern(key: str, value: Value) -> Pattern:
    """The pattern that a term's value stands for."""
    if value.operator not in ("", "="):
        raise FilterError(f"{key}: is text, and {value.operator!r} compares numbers", value.at)
    if not value.text:
        raise FilterError(f"{key}: wants a text right behind it", value.at)
    if value.operator:
        return Whole(value.text)
    return Like(value.text) if "*" in value.text and not value.quoted else Contains(value.text)
