"""On which line of a TOML text each of its entries begins, which tomllib does not tell."""

from __future__ import annotations

import tomllib
from typing import Any

Places = dict[str, int]
"""Dotted name -> line, from 1. Tables, and what is in inline tables, are entries too."""


def places(text: str) -> Places:
    """The places of a text that tomllib has read without complaint."""
    found: Places = {}
    table: tuple[str, ...] = ()
    statement, begin = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        begin = begin if statement else number
        statement += f"{line}\n"
        try:
            read = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # it goes on: a list over several lines, a long text
        if statement.lstrip().startswith("["):
            table = _innermost(read)
            found.setdefault(".".join(table), begin)
        else:
            _note(found, table, read, begin)
        statement = ""
    return found


def _innermost(table: dict[str, Any]) -> tuple[str, ...]:
    """The path of `[a.b]` or `[[a.b]]`, read alone."""
    for name, value in table.items():
        below = value[0] if isinstance(value, list) else value
        return (name, *_innermost(below))
    return ()


def _note(found: Places, above: tuple[str, ...], read: dict[str, Any], line: int) -> None:
    for name, value in read.items():
        place = (*above, name)
        found.setdefault(".".join(place), line)
        if isinstance(value, dict):
            _note(found, place, value, line)
