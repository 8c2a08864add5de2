"""What a thread has to say to the screen: kept here, joined while it waits, announced once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds at most one letter; a second is joined to the first. The bell rings only when it was empty."""

    def __init__(self, join: Callable[[T, T], T], bell: Callable[[], object]) -> None:
        self._join = join
        self._bell = bell
        self._lock = threading.Lock()
        self._letter: T | None = None

    def put(self, letter: T) -> None:
        """Leave something; any thread."""
        with self._lock:
            was_empty = self._letter is None
            self._letter = letter if self._letter is None else self._join(self._letter, letter)
        if was_empty:
            self._bell()

    def take(self) -> T | None:
        """Everything that was left since the last time."""
        with self._lock:
            letter, self._letter = self._letter, None
        return letter
