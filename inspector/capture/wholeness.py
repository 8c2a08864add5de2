"""Whether a capture file is whole: what SQLite says of it, and what its rows say of each other.

Everything is read once, one body at a time, and nothing is written: a file without a `-wal` is not even
locked. What cannot be read does not keep the rest from being looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.capture import rows, runs
from inspector.capture.bodies import unpack_index
from inspector.capture.chain import BodyCache, fetch
from inspector.capture.connect import for_reading, length, sidecars
from inspector.capture.damaged import OF_FILES, OF_VALUES, numbers, words
from inspector.capture.liveness import alive
from inspector.capture.model import Leg
from inspector.capture.schema import MIGRATIONS, format_of
from inspector.protocol.progress import Progress, untold

_CACHE = 2**24  # bytes
_MOST = 100  # words of SQLite's about one file
_LEGS = {leg.value for leg in Leg}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is damaged. `exchange`: whose; None: no one exchange's."""

    text: str
    exchange: int | None = None
    leg: str | None = None


@dataclass(frozen=True, slots=True)
class Wholeness:
    """What there is to say of a capture. `remarks` tell what is missing for a reason that is no damage."""

    format: int
    exchanges: int
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]


def wholeness(path: Path, progress: Progress = untold) -> Wholeness:
    """How it stands with the capture at `path`. Raises CaptureError where it cannot be opened at all."""
    version = format_of(path)
    path = path.resolve()  # beside a link there is no -wal: see connect.for_reading
    cut = _cut_off(path)
    with _opened(path, version) as connection:
        faults = [*cut, *_of_the_file(connection)]
        remarks: list[str] = []
        found, problem = numbers(connection)
        if problem is not None:
            faults.append(Fault(f"the list of exchanges cannot be read: {problem}"))
        cache = BodyCache(_CACHE)
        for done, number in enumerate(found, 1):
            faults += _guarded(_of_exchange(connection, number, cache), number)
            progress(done, len(found))
        try:
            remarks += _remarks(connection)
        except OF_VALUES as error:
            faults.append(Fault(f"what is beside the exchanges cannot be read: {words(error)}"))
    return Wholeness(version, len(found), tuple(faults), tuple(remarks))


def _opened(path: Path, version: int) -> closing[sqlite3.Connection] | _Borrowed:
    if version == len(MIGRATIONS) and not _has_wal(path):
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return closing(sqlite3.connect(uri, uri=True, isolation_level=None))
    return _Borrowed(path)


def _has_wal(path: Path) -> bool:
    return length(sidecars(path)[0]) > 0


def _cut_off(path: Path) -> list[Fault]:
    """A file that ends before its last page; with a `-wal` beside it, the rest may be there.

    Reads the file by itself, so this process must not have it open: see schema._mark.
    """
    if _has_wal(path):
        return []
    with path.open("rb") as file:
        head = file.read(32)
    page = int.from_bytes(head[16:18], "big")
    said = int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page)
    size = path.stat().st_size
    return [Fault(f"the file ends at byte {size}, and should have {said}")] if size < said else []


class _Borrowed:
    """A reader's connection, for as long as it is looked at."""

    def __init__(self, path: Path) -> None:
        self._opened = for_reading(path)

    def __enter__(self) -> sqlite3.Connection:
        return self._opened.connection

    def __exit__(self, *_: object) -> None:
        self._opened.close()


def _of_the_file(connection: sqlite3.Connection) -> Iterator[Fault]:
    """What SQLite finds: pages, indexes, references to rows that are not there."""
    try:
        for (said,) in connection.execute(f"PRAGMA integrity_check({_MOST})"):
            if said != "ok":
                yield Fault(f"SQLite: {said}")
        for table, row, of, _ in connection.execute("PRAGMA foreign_key_check"):
            yield Fault(f"row {row} of {table} belongs to a row of {of} that is not there")
    except OF_FILES as error:
        yield Fault(f"SQLite: {words(error)}")


def _guarded(faults: Iterator[Fault], number: int) -> Iterator[Fault]:
    try:
        yield from faults
    except OF_VALUES as error:
        yield Fault(f"cannot be read: {words(error)}", number)


def _of_exchange(connection: sqlite3.Connection, number: int, cache: BodyCache) -> Iterator[Fault]:
    outcome, recorder, sizes, version = _row(connection, number)
    if connection.execute("SELECT 1 FROM recorders WHERE id = ?", (recorder,)).fetchone() is None:
        yield Fault(f"its recorder {recorder} is not there", number)
    seen = set()
    for leg, headers, trailers, absent, binary, body, index in connection.execute(
        """SELECT leg, headers, trailers, absent, binary_messages, body, chunk_index FROM legs
            WHERE exchange = ?""",
        (number,),
    ).fetchall():
        seen.add(leg)
        try:
            if leg not in _LEGS:
                raise ValueError("there is no leg of this name")
            _read_heads(headers, trailers, binary)
            size = _size(connection, number, Leg(leg), body, index, cache)
            told = sizes.get(leg)
            if index is not None and not absent and version > 0 and told is not None and told != size:
                raise ValueError(f"it has {size} bytes, and its exchange says {told}")
        except OF_VALUES as error:
            yield Fault(words(error), number, leg)
    if Leg.REQUEST not in seen:
        yield Fault("it has no request", number)
    if outcome == "complete" and Leg.RESPONSE not in seen:
        yield Fault("it is complete and has no response", number)


def _row(connection: sqlite3.Connection, number: int) -> tuple[str, int, dict[str, int], int]:
    row: Any = connection.execute(
        "SELECT outcome, recorder, request_size, response_size, summary_version FROM exchanges WHERE id = ?",
        (number,),
    ).fetchone()
    return row[0], row[1], {Leg.REQUEST: row[2], Leg.RESPONSE: row[3]}, row[4]


def _read_heads(headers: str, trailers: str | None, binary: str | None) -> None:
    for told in (headers, trailers):
        for name, value in rows.headers(told):
            if not isinstance(name, str) or not isinstance(value, str):
                raise ValueError("its headers are damaged")
    rows.binary_messages(binary)


def _size(
    connection: sqlite3.Connection,
    number: int,
    leg: Leg,
    body: int | None,
    index: bytes | None,
    cache: BodyCache,
) -> int:
    """The bytes of a body. Raises ValueError where it cannot be had whole."""
    if index is not None:
        size = 0 if body is None else len(fetch(connection, body, cache))
        cut = sum(each for _, each in unpack_index(index))
        if cut != size:
            raise ValueError(f"its chunks have {cut} bytes, and its body {size}")
        return size
    size = expected = 0
    for run in runs.select(connection, number, leg):
        if run.n != expected:
            raise ValueError(f"its chunks {expected} to {run.n - 1} are not there")
        expected += len(run.index())
        size += len(run.data)
    return size


def _remarks(connection: sqlite3.Connection) -> Iterator[str]:
    for number, pid, host, process in connection.execute(
        "SELECT id, pid, host, process FROM recorders WHERE ended IS NULL ORDER BY id"
    ).fetchall():
        if alive(pid, host, process):
            yield f"Recorder {number} still writes."
            continue
        cut = connection.execute(
            "SELECT id FROM exchanges WHERE recorder = ? AND outcome = 'open' ORDER BY id", (number,)
        ).fetchall()
        of = f"; it was at exchange {', '.join(str(row[0]) for row in cut)}" if cut else ""
        yield f"Recorder {number} did not end in good order{of}."
    for text, exchange in connection.execute(
        "SELECT text, exchange FROM notes WHERE kind = 'lost' ORDER BY id"
    ):
        yield f"Not recorded{f', exchange {exchange}' if exchange else ''}: {text}"
    for file, done, size in connection.execute("SELECT file, done, size FROM imports WHERE ended IS NULL"):
        yield f"{file} was read up to byte {done} of {size}."
    for file, offset, text in connection.execute(
        "SELECT file, offset, text FROM damage JOIN imports ON imports.id = damage.import ORDER BY damage.id"
    ):
        yield f"{file}{'' if offset is None else f' at byte {offset}'}: {text}"
