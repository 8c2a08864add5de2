"""What is wrong with a filter, and where: one sentence for the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class FilterError(Exception):
    """`message` says what is wrong and what to write; `position` is the first character concerned, from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position

    def __str__(self) -> str:
        return f"{self.message} (column {self.position + 1})"


def shown(text: str) -> str:
    """A piece of a filter as a message quotes it: on one line, not long, nothing that a terminal obeys."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def close_ones(given: str, names: Iterable[str]) -> str:
    """`did you mean 'status'`, "" when nothing is close."""
    close = get_close_matches(given.lower(), sorted(names), n=3)
    return f"did you mean {' or '.join(map(repr, close))}" if close else ""
