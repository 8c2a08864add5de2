"""What a translation did with each piece: makes losses visible and links the two sides of the view.

Every leaf of the source is covered by exactly one row; a row may stand for a whole subtree. Pointers are JSON
Pointers (RFC 6901): `source` in the request that came in, `targets` in the payload that came out of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What became of a piece."""

    MAPPED = "mapped"  # said in the same place and meaning
    MOVED = "moved"  # said, but somewhere else than its neighbours
    RENAMED = "renamed"  # said under another name or in another form
    DROPPED = "dropped"  # not said
    REJECTED = "rejected"  # cannot be said; the request is refused inline
    INJECTED = "injected"  # said by us; has no source


class Row(NamedTuple):
    """One piece: where it came from (None: injected), where it went, and why, in words to act on."""

    kind: Kind
    source: str | None
    targets: tuple[str, ...]
    reason: str
    loss: bool = False  # the model or the client misses something by it

    def to_json(self) -> dict[str, Any]:
        """The row as the commands print it."""
        return {
            "kind": str(self.kind),
            "source": self.source,
            "targets": list(self.targets),
            "reason": self.reason,
            "loss": self.loss,
        }


class Report:
    """The rows of one translation, in the order in which the pieces were met."""

    __slots__ = ("rows",)

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = list(rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def add(
        self,
        kind: Kind,
        source: str | None,
        targets: Sequence[str] = (),
        reason: str = "",
        *,
        loss: bool = False,
    ) -> None:
        """Note one piece."""
        self.rows.append(Row(kind, source, tuple(targets), reason, loss))

    def for_source(self, pointer: str) -> list[Row]:
        """The rows about the source piece at `pointer`: the one that covers it, or all those inside it."""
        return [row for row in self.rows if row.source is not None and related(row.source, pointer)]

    def for_target(self, pointer: str) -> list[Row]:
        """The rows that made the piece of the result at `pointer`, or something inside it."""
        return [row for row in self.rows if any(related(target, pointer) for target in row.targets)]

    def losses(self) -> list[Row]:
        """What the model or the client misses because of the translation."""
        return [row for row in self.rows if row.loss]

    def rejections(self) -> list[Row]:
        """The pieces that make the request refusable inline."""
        return [row for row in self.rows if row.kind is Kind.REJECTED]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many rows of each kind; kinds without rows are 0."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found.get(kind, 0) for kind in Kind}

    def to_json(self) -> dict[str, Any]:
        """The report as the commands print it: counts and rows."""
        return {
            "counts": {str(kind): count for kind, count in self.counts.items()},
            "rows": [row.to_json() for row in self.rows],
        }


def related(one: str, other: str) -> bool:
    """Whether two pointers name the same piece, or one of them a piece of the other."""
    return one == other or other.startswith(f"{one}/") or one.startswith(f"{other}/")


def escape(key: str) -> str:
    """A member name as a pointer's token (RFC 6901, section 4)."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def leaves(value: Any, pointer: str = "") -> Iterator[str]:
    """Pointers of all scalars and empty containers of a JSON value; no recursion, nesting may be deep."""
    stack: list[tuple[str, Any]] = [(pointer, value)]
    while stack:
        at, piece = stack.pop()
        if isinstance(piece, dict) and piece:
            stack.extend((f"{at}/{escape(str(key))}", member) for key, member in reversed(piece.items()))
        elif isinstance(piece, list) and piece:
            stack.extend((f"{at}/{n}", piece[n]) for n in range(len(piece) - 1, -1, -1))
        else:
            yield at
