"""Long streams are kept from the garbage collector, which would go through them again and again in vain.

A full collection looks at every object there is, while nobody else may do anything: with 100,000 events in
memory it held up the keys for a fifth of a second, now and then. Events are let go of as soon as nothing
refers to them, they need no collector. So what is there when many events have been taken in is frozen
(`gc.freeze`), and looked at again only when the exchange that they belong to is left.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 10_000  # events since the last time that are worth it
BIG = 2_000_000  # bytes of an exchange that is read: during that no full collection is worth its while


class LongLived:
    """Of one exchange at a time, and of the one thread that reads it."""

    def __init__(self) -> None:
        self._fresh = 0  # events that are not frozen
        self._frozen = False

    @contextmanager
    def reading(self, size: int) -> Iterator[None]:
        """While an exchange of so many bytes is read anew; what was frozen for another is given back."""
        self.leave()
        waits = size >= BIG and gc.isenabled()
        if waits:
            gc.disable()
        try:
            yield
        finally:
            if waits:
                gc.enable()

    def took(self, events: int) -> None:
        """So many events more were taken in."""
        self._fresh += events
        if self._fresh >= MANY:
            gc.freeze()
            self._fresh, self._frozen = 0, True

    def leave(self) -> None:
        """The exchange is left: nothing is kept from the collector any more."""
        if self._frozen:
            gc.unfreeze()
        self._fresh, self._frozen = 0, False
