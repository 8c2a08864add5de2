"""How work that may take long tells how far it has come, to whoever asked for it.

Told is `done` of `total`, as often as there is a step, cheap ones too: whoever listens decides how often to
look. What the listener raises ends the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], object]


def untold(done: int, total: int) -> None:
    """Nobody listens."""


def part(progress: Progress, number: int, of: int) -> Progress:
    """The progress of one of several parts (from 0) that weigh the same, as progress of the whole."""
    return lambda done, total: progress(number * total + done, of * total)
