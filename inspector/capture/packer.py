"""Finished exchanges packed: a leg's chunk rows become one compressed body and an index of chunks."""

from __future__ import annotations

import sqlite3
from threading import Lock

from inspector.capture import runs
from inspector.capture.bodies import pack_index
from inspector.capture.chain import BodyCache, Chain
from inspector.capture.model import Leg
from inspector.capture.schema import transaction

_CACHE = 2**25
_ROWS_AT_ONCE = 64  # deleted in one transaction, so that live commits wait a few milliseconds at most


class Packer:
    """Packs legs on a connection of its own; holds `lock` for each of its short transactions."""

    def __init__(self, connection: sqlite3.Connection, lock: Lock) -> None:
        self._connection = connection
        self._lock = lock
        self._cache = BodyCache(_CACHE)
        self._chain = Chain(connection, self._cache)

    def pack(self, exchange: int) -> None:
        """Packs every leg of an exchange that has not been packed. Doing it twice is doing it once."""
        legs = self._connection.execute("SELECT leg FROM legs WHERE exchange = ?", (exchange,)).fetchall()
        for (leg,) in legs:
            self._pack(exchange, Leg(leg))
            self._delete_chunks(exchange, Leg(leg))

    def _pack(self, exchange: int, leg: Leg) -> None:
        if self._is_packed(exchange, leg):
            return
        found = runs.select(self._connection, exchange, leg)
        data = b"".join([run.data for run in found])
        index = pack_index(chunk for run in found for chunk in run.index())
        # The slow part, outside any transaction: commits of live chunks go on meanwhile.
        pressed = self._chain.press(exchange, leg, data) if data else None
        with self._lock, transaction(self._connection):
            if self._is_packed(exchange, leg):  # by another recorder, meanwhile
                return
            body = None if pressed is None else self._insert(*pressed, len(data))
            self._connection.execute(
                "UPDATE legs SET body = ?, chunk_index = ? WHERE exchange = ? AND leg = ?",
                (body, index, exchange, leg),
            )
        if body is not None:
            self._cache.put(body, data)

    def _insert(self, base: int | None, depth: int, frame: bytes, size: int) -> int:
        (body,) = self._connection.execute(
            "INSERT INTO bodies (base, depth, size, data) VALUES (?, ?, ?, ?) RETURNING id",
            (base, depth, size, frame),
        ).fetchone()
        return int(body)

    def _delete_chunks(self, exchange: int, leg: Leg) -> None:
        """Readers look at the packed body from now on: the rows may go a few at a time."""
        deleted = _ROWS_AT_ONCE
        while deleted == _ROWS_AT_ONCE:
            with self._lock, transaction(self._connection):
                deleted = self._connection.execute(
                    """DELETE FROM chunks WHERE id IN
                        (SELECT id FROM chunks WHERE exchange = ? AND leg = ? LIMIT ?)""",
                    (exchange, leg, _ROWS_AT_ONCE),
                ).rowcount

    def _is_packed(self, exchange: int, leg: Leg) -> bool:
        row = self._connection.execute(
            "SELECT chunk_index IS NOT NULL FROM legs WHERE exchange = ? AND leg = ?", (exchange, leg)
        ).fetchone()
        return bool(row and row[0])
