"""Rows about an object's members, worked out once for all objects of one shape.

A long session is a few shapes of items, hundreds of times over, and what the rows about an item say depends
on which members it has and on little else. So the rules run once a shape, and give templates: rows whose
source and target are endings, to be put behind the places of the object and of what it became.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from inspector.protocol.report import Kind, Row


class Template(NamedTuple):
    """A row without its places; `below` the object, `ending` below what it became (None: nothing)."""

    kind: Kind
    below: str
    ending: str | None
    reason: str


Shapes = dict[Hashable, list[Template]]
"""The shapes met so far in one request."""


def place(templates: list[Template], at: str, base: str, rows: list[Row]) -> None:
    """The rows of the object at `at`, which became the piece at `base`."""
    rows += [
        _new(Row, (kind, at + below, () if ending is None else (base + ending,), reason, False))
        for kind, below, ending, reason in templates
    ]


_new = tuple.__new__  # what Row's own constructor calls; most rows are made here, and this takes half as long
