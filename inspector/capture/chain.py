"""Packed bodies in the file: each based on the one before it in its session, with a key frame now and then.

A chain is the bodies of one session, one leg and one operation. Reading a body expands its chain from the key
frame on, so the depth is bounded.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict

from inspector.capture.bodies import compress, expand
from inspector.capture.model import Leg

MAX_DEPTH = 31  # a key frame is every 32nd body
_LARGEST_IN_CHAIN = 2**24  # bytes; larger ones stand alone: as dictionaries they cost seconds

Link = tuple[int, int, int]
"""A packed body as the last one of its chain: its id, its depth, and its size in bytes."""


class BodyCache:
    """The bodies used last, by id, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bodies: OrderedDict[int, bytes] = OrderedDict()
        self._size = 0

    def get(self, body: int) -> bytes | None:
        """The body, if it is here."""
        if body in self._bodies:
            self._bodies.move_to_end(body)
        return self._bodies.get(body)

    def put(self, body: int, data: bytes) -> None:
        """Keeps the body, and lets go of the ones not used for longest."""
        if body in self._bodies or len(data) > self._limit:
            return
        self._bodies[body] = data
        self._size += len(data)
        while self._size > self._limit:
            _, dropped = self._bodies.popitem(last=False)
            self._size -= len(dropped)


def fetch(connection: sqlite3.Connection, body: int, cache: BodyCache) -> bytes:
    """The bytes of a packed body. Raises ValueError when the file is damaged there."""
    links: list[tuple[int, int, bytes]] = []
    data: bytes | None = None
    at: int | None = body
    while at is not None and (data := cache.get(at)) is None:
        row = connection.execute("SELECT base, size, data FROM bodies WHERE id = ?", (at,)).fetchone()
        if row is None or len(links) > MAX_DEPTH:
            raise ValueError(f"packed body {body} is damaged: its chain does not end in a key frame")
        links.append((at, row[1], row[2]))
        at = row[0]
    for at, size, frame in reversed(links):
        data = expand(frame, size, data)
        cache.put(at, data)  # whoever reads a session backwards wants this one next
    if data is None:  # pragma: no cover - `body` is an int, so one of the two gave bytes
        raise ValueError(f"there is no packed body {body}")
    return data


class Chain:
    """Where the next body of a session, leg and operation belongs: what to compress it against."""

    def __init__(self, connection: sqlite3.Connection, cache: BodyCache) -> None:
        self._connection = connection
        self._cache = cache

    def press(self, exchange: int, leg: Leg, data: bytes) -> tuple[int | None, int, bytes]:
        """(base, depth, frame) for `data`. Only reads the file: the caller writes the row."""
        return self.press_after(self._last(exchange, leg), data)

    def press_after(self, last: Link | None, data: bytes) -> tuple[int | None, int, bytes]:
        """The same, by a caller who knows the last body of the chain; None: `data` is the first."""
        if last is not None and len(data) <= _LARGEST_IN_CHAIN:
            body, depth, size = last
            if depth < MAX_DEPTH and 0 < size <= _LARGEST_IN_CHAIN:
                try:
                    base = fetch(self._connection, body, self._cache)
                except ValueError:
                    pass  # a damaged base: a new key frame needs none
                else:
                    return body, depth + 1, compress(data, base)
        return None, 0, compress(data)

    def last(self, session: str, operation: str, leg: Leg, until: int) -> Link | None:
        """The last body of a chain, in exchanges up to number `until`."""
        row: Link | None = self._connection.execute(
            """SELECT bodies.id, bodies.depth, bodies.size
                FROM exchanges JOIN legs ON legs.exchange = exchanges.id AND legs.leg = ?
                JOIN bodies ON bodies.id = legs.body
                WHERE session = ? AND operation = ? AND exchanges.id <= ?
                ORDER BY exchanges.id DESC LIMIT 1""",
            (leg, session, operation, until),
        ).fetchone()
        return row

    def _last(self, exchange: int, leg: Leg) -> Link | None:
        row: Link | None = self._connection.execute(
            """SELECT bodies.id, bodies.depth, bodies.size
                FROM exchanges AS this
                JOIN exchanges AS other ON other.session = this.session AND other.operation = this.operation
                JOIN legs ON legs.exchange = other.id AND legs.leg = ?
                JOIN bodies ON bodies.id = legs.body
                WHERE this.id = ? AND other.id <> this.id
                ORDER BY other.id DESC LIMIT 1""",
            (leg, exchange),
        ).fetchone()
        return row
