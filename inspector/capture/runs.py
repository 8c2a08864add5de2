"""Chunks that one commit writes, as one row: a run of them.

A row a chunk costs a burst more than the chunks do: SQLite lets go of the interpreter for every row, and each
time somebody waits for it, who may be the thread that passes the stream on.

| column of `chunks` | |
|---|---|
| `n` | the number of the first chunk in its leg, from 0 |
| `at` | its time, seconds after the exchange's start |
| `cuts` | NULL: the run is one chunk. Else the times of all of them (doubles), then their sizes (32 bits) |
| `data` | their bytes, one after the other |

Rows are never changed, and go when their exchange is packed.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from inspector.capture.model import Leg

_EACH = struct.calcsize("<dI")  # bytes of `cuts` for a chunk


@dataclass(frozen=True, slots=True)
class Run:
    """A row: see above."""

    n: int
    at: float
    cuts: bytes | None
    data: bytes

    @property
    def count(self) -> int:
        """How many chunks."""
        return 1 if self.cuts is None else len(self.cuts) // _EACH

    def chunks(self) -> list[tuple[float, bytes]]:
        """The time and the bytes of each. Raises ValueError when the row is damaged."""
        start, pieces = 0, []
        for at, size in self.index():
            pieces.append((at, self.data[start : start + size]))
            start += size
        return pieces

    def index(self) -> list[tuple[float, int]]:
        """The time and the size of each. Raises ValueError when the row is damaged."""
        if self.cuts is None:
            return [(_rounded(self.at), len(self.data))]
        count = self.count
        try:
            values = struct.unpack(f"<{count}d{count}I", self.cuts)
        except struct.error:
            raise ValueError("a run of chunks is damaged: it has no index") from None
        if sum(values[count:]) != len(self.data):
            raise ValueError("a run of chunks is damaged: its sizes do not add up")
        return list(zip(map(_rounded, values[:count]), values[count:], strict=True))


def run_of(n: int, times: Sequence[float], pieces: Sequence[bytes]) -> Run:
    """The times and the bytes of chunks, at least one, the first of which has number `n`, as a row."""
    count = len(times)
    if count == 1:
        return Run(n, times[0], None, pieces[0])
    cuts = struct.pack(f"<{count}d{count}I", *times, *map(len, pieces))
    return Run(n, times[0], cuts, b"".join(pieces))


def insert(connection: sqlite3.Connection, exchange: int, leg: Leg, run: Run) -> None:
    """Writes a row."""
    connection.execute(
        "INSERT INTO chunks (exchange, leg, n, at, cuts, data) VALUES (?, ?, ?, ?, ?, ?)",
        (exchange, leg, run.n, run.at, run.cuts, run.data),
    )


def select(
    connection: sqlite3.Connection, exchange: int, leg: Leg, *, since: int = 0, most: int = -1
) -> list[Run]:
    """The runs of a leg in order, those with chunk `since` or later ones: all, or the first `most`."""
    return [
        Run(*row)
        for row in connection.execute(
            f"""SELECT n, at, cuts, data FROM chunks
                WHERE exchange = :exchange AND leg = :leg AND n >= coalesce(
                    (SELECT max(n) FROM chunks WHERE exchange = :exchange AND leg = :leg AND n <= :since), 0)
                AND n + coalesce(length(cuts) / {_EACH}, 1) > :since
                ORDER BY n LIMIT :most""",
            {"exchange": exchange, "leg": leg, "since": since, "most": most},
        )
    ]


def _rounded(at: float) -> float:
    """To the microsecond, and not before the start: done here, since the writer has better things to do."""
    return max(0.0, round(at, 6))
