"""Files that are damaged: what reading one raises, in words, and which exchanges can still be found."""

from __future__ import annotations

import sqlite3

OF_FILES = (sqlite3.DatabaseError, UnicodeDecodeError)
"""Of SQLite, and of the words in which it quotes what is damaged: they need not be text."""

OF_VALUES = (*OF_FILES, ValueError, TypeError, AttributeError, ArithmeticError, MemoryError, RecursionError)
"""Of values that none of ours are: a body can say of itself that it has any number of bytes."""


def words(error: Exception) -> str:
    """One of these for a person."""
    if isinstance(error, UnicodeDecodeError):
        return "there is text in it that is none"
    if isinstance(error, MemoryError):
        return "it says that it is larger than there is memory"
    return str(error)


def numbers(connection: sqlite3.Connection) -> tuple[list[int], str | None]:
    """The exchanges that can be found, looked for from both ends; what keeps others from being so.

    A page of the list that is gone hides no more than what is on it.
    """
    found: set[int] = set()
    problem = None
    for direction in ("ASC", "DESC"):
        try:
            for (number,) in connection.execute(f"SELECT id FROM exchanges ORDER BY id {direction}"):
                found.add(number)
            break
        except OF_FILES as error:
            problem = problem or words(error)
    return sorted(found), problem
