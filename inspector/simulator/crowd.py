"""The connections that are open, and what all of them may take together.

A client that connects and says nothing, stops in the middle of a request, or does not read its answer must
not keep others out: where there is no room left, the one that has been silent for longest goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

MAX_CONNECTIONS = 512
MAX_HELD = 256 << 20  # bytes that all of them may hold of what clients said
LARGE = 1 << 20  # bytes that one may hold in any case


class Member(Protocol):
    """What a connection has to tell of itself."""

    moved: float  # when something passed last

    @property
    def held(self) -> int:
        """Bytes of what its client said."""

    @property
    def is_idle(self) -> bool:
        """No answer is on its way that somebody takes."""

    def drop(self) -> None:
        """Close it."""


M = TypeVar("M", bound=Member)


class Crowd(Generic[M]):
    """Those that are open."""

    def __init__(self) -> None:
        self._open: set[M] = set()

    def __iter__(self) -> Iterator[M]:
        return iter(tuple(self._open))

    def add(self, member: M) -> None:
        """It is open."""
        self._open.add(member)

    def discard(self, member: M) -> None:
        """It is closed."""
        self._open.discard(member)

    def admits(self) -> bool:
        """Whether one more may come."""
        return len(self._open) < MAX_CONNECTIONS or self._drop(self._open)

    def has_room(self, member: M) -> bool:
        """Whether this one may hold what it holds by now."""
        if member.held <= LARGE:
            return True
        while sum(each.held for each in self._open) > MAX_HELD:
            if not self._drop(each for each in self._open if each is not member and each.held > LARGE):
                return False
        return True

    def _drop(self, among: Iterable[M]) -> bool:
        """Close the one that is idle for longest; False where none is."""
        idle = min((each for each in among if each.is_idle), key=lambda each: each.moved, default=None)
        if idle is None:
            return False
        self._open.discard(idle)  # at once: it is asked for again before it is closed
        idle.drop()
        return True
