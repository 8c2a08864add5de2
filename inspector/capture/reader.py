"""The way out of a capture: exchanges, chunks and bodies, while it grows or long after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Any

from inspector.capture import damaged, rows, runs
from inspector.capture.bodies import unpack_index
from inspector.capture.chain import BodyCache, fetch
from inspector.capture.connect import for_reading, identity
from inspector.capture.liveness import alive
from inspector.capture.model import (
    Chunk,
    Damage,
    Exchange,
    ExchangeDetail,
    Headers,
    Import,
    Leg,
    Message,
    Note,
    Recorder,
)
from inspector.capture.redact import Redactor
from inspector.capture.refresh import refreshed
from inspector.capture.schema import CaptureError
from inspector.protocol.progress import Progress, untold

_CACHE = 2**24  # bytes; a screen has some readers
_HEAD = "headers, status, trailers, absent, binary_messages"  # of a leg
_LEG_ORDER = {leg: n for n, leg in enumerate(Leg)}


class Reader:
    """Reads the capture at `path`; raises CaptureError when it is none, or is damaged where it is read.

    Any thread may call any method. Nothing is ever written: an older capture is read from a migrated copy.
    When the path comes to name another capture, that one is read from then on, and `generation` grows:
    numbers and revisions begin anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generation = 0
        self._lock = RLock()
        self._version: int | None = None
        self._refreshed: dict[int, Exchange] = {}
        self._open()

    def exchanges(self, since_revision: int = 0, progress: Progress = untold) -> list[Exchange]:
        """Those changed after `since_revision`, in order of start; `progress` is told of exchanges."""
        return self._exchanges("revision > ?", since_revision, progress=progress)

    def earliest(self, count: int) -> list[Exchange]:
        """The `count` that started first, in order of start."""
        return self._exchanges("id IN (SELECT id FROM exchanges ORDER BY started, id LIMIT ?)", count)

    def open_exchanges(self) -> list[Exchange]:
        """Those that are not whole as far as their recorders have said: INTERRUPTED where one is dead.

        They have not ended, or their bodies are awaited.
        """
        return self._exchanges(f"outcome = 'open' OR summary_version = {rows.AWAITED}")

    def of_response(self, response_id: str) -> list[Exchange]:
        """Those whose response had this id, in order of start: the one that made it, any that fetched it."""
        return self._exchanges("response_id = ?", response_id)

    def before(self, exchange: Exchange, count: int) -> list[Exchange]:
        """The last `count` of its session recorded before it; of its connection, where it has no session.

        Replays are not among them; before a replay stands what it was made of.
        """
        if exchange.parent is not None:
            return self._exchanges("id = ?", exchange.parent)
        name, value = (
            ("session", exchange.session) if exchange.session else ("connection", exchange.connection)
        )
        return self._exchanges(
            f"""id IN (SELECT id FROM exchanges WHERE session IS ? AND {name} IS ? AND id < ?
                AND parent IS NULL ORDER BY id DESC LIMIT ?)""",
            exchange.session, value, exchange.id, count,
        )  # fmt: skip

    def exchange(self, exchange_id: int) -> Exchange:
        """One of them. KeyError when the capture has no such number."""
        found = self._exchanges("id = ?", exchange_id)
        if not found:
            raise KeyError(exchange_id)
        return found[0]

    def numbers(self) -> tuple[list[int], str | None]:
        """Those of the exchanges; of a damaged file that can be found, and why not all of them."""
        with self._reading():
            return damaged.numbers(self._connection)

    def detail(self, exchange_id: int) -> ExchangeDetail:
        """An exchange with its legs and chunks, all of one moment. KeyError when there is no such number."""
        with self._reading():
            exchange = self.exchange(exchange_id)
            legs: dict[Leg, Message] = {}
            chunks: list[Chunk] = []
            for name, *head in self._connection.execute(
                f"SELECT leg, {_HEAD} FROM legs WHERE exchange = ?", (exchange_id,)
            ).fetchall():
                leg = Leg(name)
                pieces = self._chunks(exchange_id, leg, 0)
                legs[leg] = replace(_message(head), body=b"".join([piece.data for piece in pieces]))
                chunks += pieces
            traces = self._connection.execute(
                "SELECT text FROM notes WHERE exchange = ? AND kind = 'failure' ORDER BY id", (exchange_id,)
            ).fetchall()
            (options,) = self._connection.execute(
                """SELECT options FROM recorders
                    WHERE id = (SELECT recorder FROM exchanges WHERE id = ?)""",
                (exchange_id,),
            ).fetchone() or ("{}",)
            (edited,) = self._connection.execute(
                """SELECT max(new_body) FROM held WHERE exchange = ?
                    AND point = 'request' AND act = 'edit' AND done IS NOT NULL""",
                (exchange_id,),
            ).fetchone()
        in_order = sorted(legs, key=_LEG_ORDER.__getitem__)
        return ExchangeDetail(
            exchange,
            {leg: legs[leg] for leg in in_order},
            _by_arrival(chunks),
            tuple(row[0] for row in traces),
            rows.options(options),
            edited,
        )

    def chunks(self, exchange_id: int, leg: Leg | None = None, since: int = 0) -> list[Chunk]:
        """Chunks numbered `since` and later (of each leg, counting from 0), in order of arrival."""
        with self._reading():
            legs = list(Leg) if leg is None else [leg]
            return list(
                _by_arrival([chunk for one in legs for chunk in self._chunks(exchange_id, one, since)])
            )

    def body(self, exchange_id: int, leg: Leg) -> bytes | None:
        """A leg's body as it passed (so far), None when the exchange has no such leg."""
        with self._reading():
            row = self._leg(exchange_id, leg)
            if row is None:
                return None
            body, index = row
            if index is not None:
                return b"" if body is None else fetch(self._connection, body, self._cache)
            return b"".join([run.data for run in runs.select(self._connection, exchange_id, leg)])

    def message(self, exchange_id: int, leg: Leg) -> Message | None:
        """A leg whole (so far), None when the exchange has no such leg."""
        with self._reading():
            head = self._head(exchange_id, leg)
            return head and replace(head, body=self.body(exchange_id, leg) or b"")

    def recorders(self) -> list[Recorder]:
        """Every process that wrote this capture, in order of start; a killed one has no `ended`."""
        with self._reading():
            return [
                rows.recorder(row)
                for row in self._connection.execute(f"SELECT {rows.RECORDER} FROM recorders ORDER BY id")
            ]

    def living(self) -> frozenset[int]:
        """The ids of recorders that still write."""
        with self._reading():
            found = self._connection.execute(
                "SELECT id, pid, host, process FROM recorders WHERE ended IS NULL"
            ).fetchall()
        # An import of many files is a recorder for each, and one process.
        processes = {process: alive(*process) for process in {row[1:] for row in found}}
        return frozenset(row[0] for row in found if processes[row[1:]])

    def notes(self) -> list[Note]:
        """What the recorders had to say, in order: failures of ours, exchanges that could not be recorded."""
        with self._reading():
            return [
                Note(*row)
                for row in self._connection.execute("SELECT at, kind, text, exchange FROM notes ORDER BY id")
            ]

    def imports(self) -> list[Import]:
        """The files of other programs that were read into this capture, or are being read, in order."""
        with self._reading():
            damaged: dict[int, list[Damage]] = {}
            for number, offset, text in self._connection.execute(
                "SELECT import, offset, text FROM damage ORDER BY id"
            ):
                damaged.setdefault(number, []).append(Damage(offset, text))
            found = self._connection.execute(
                "SELECT id, recorder, file, format, size, done, found, ended FROM imports ORDER BY id"
            ).fetchall()
            return [rows.imported(row, damaged.get(row[0], ())) for row in found]

    def redacted(self, headers: Headers) -> Headers:
        """Headers as this capture would keep them: the same secrets have the same fingerprints."""
        return self.redactor().headers(headers)

    def redactor(self) -> Redactor:
        """What takes secrets out as this capture does."""
        with self._reading():
            return self._redactor()

    @property
    def size(self) -> int:
        """Bytes that the capture takes, without what lies beside it or waits to be used again."""
        with self._reading():
            pages, free, each = (
                self._connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
        return int((pages - free) * each)

    def changed(self) -> bool:
        """Whether anything was written since the last call; True at the first. Cheap: no table is read."""
        with self._lock:
            self._follow()
            before = self._version
            (self._version,) = self._connection.execute("PRAGMA data_version").fetchone()
            return self._version != before

    def close(self) -> None:
        """Closes the file; as the last one on it, leaves no `-wal` behind."""
        with self._lock:
            self._opened.close()

    def _open(self) -> None:
        identity = _identity(self.path)  # asked first: should the file change meanwhile, it is seen to have
        self._opened = for_reading(self.path)
        self._identity = identity
        self._connection = self._opened.connection
        self._cache = BodyCache(_CACHE)
        self._refreshed = {}
        self._version = None

    def _follow(self) -> None:
        """Opens the path anew if it names another file by now. One that is gone is read on."""
        if _identity(self.path) in (self._identity, None):
            return
        old = self._opened
        self._open()
        self.generation += 1
        old.close()

    def _exchanges(self, condition: str, *values: object, progress: Progress = untold) -> list[Exchange]:
        with self._reading():
            found = self._connection.execute(
                f"SELECT {rows.COLUMNS} FROM exchanges WHERE {condition} ORDER BY started, id", values
            ).fetchall()
            undone = any(row[rows.SUMMARY_VERSION] <= 0 for row in found)
            living = self.living() if undone else frozenset()
            exchanges = []
            for done, row in enumerate(found, 1):
                exchanges.append(self._exchange(row, living))
                progress(done, len(found))
            return exchanges

    def _exchange(self, row: tuple[Any, ...], living: frozenset[int]) -> Exchange:
        exchange = rows.exchange(row, living)
        if not rows.is_stale(row, living):
            return exchange
        known = self._refreshed.get(exchange.id)
        if known is None or known.revision != exchange.revision:
            message = self._head(exchange.id, Leg.RESPONSE)
            try:
                chunks = self._chunks(exchange.id, Leg.RESPONSE, 0)
            except ValueError:
                return exchange  # damaged there: the older reading is the best there is
            known = refreshed(exchange, row[rows.GIVEN_ERROR], message, chunks, self._redactor())
            self._refreshed[exchange.id] = known
        return known

    def _redactor(self) -> Redactor:
        (salt,) = self._connection.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()
        return Redactor(salt)

    def _chunks(self, exchange_id: int, leg: Leg, since: int) -> list[Chunk]:
        row = self._leg(exchange_id, leg)
        if row is None:
            return []
        body, index = row
        if index is None:
            return [
                Chunk(leg, n, at, data)
                for run in runs.select(self._connection, exchange_id, leg, since=since)
                for n, (at, data) in enumerate(run.chunks(), run.n)
                if n >= since
            ]
        data = b"" if body is None else fetch(self._connection, body, self._cache)
        chunks = []
        start = 0
        for n, (at, size) in enumerate(unpack_index(index)):
            if n >= since:
                chunks.append(Chunk(leg, n, at, data[start : start + size]))
            start += size
        return chunks

    def _head(self, exchange_id: int, leg: Leg) -> Message | None:
        """A leg without its body."""
        row = self._connection.execute(
            f"SELECT {_HEAD} FROM legs WHERE exchange = ? AND leg = ?", (exchange_id, leg)
        ).fetchone()
        return row and _message(row)

    def _leg(self, exchange_id: int, leg: Leg) -> tuple[int | None, bytes | None] | None:
        row: tuple[int | None, bytes | None] | None = self._connection.execute(
            "SELECT body, chunk_index FROM legs WHERE exchange = ? AND leg = ?", (exchange_id, leg)
        ).fetchone()
        return row

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One moment of the file for all that is read inside; may be nested."""
        with self._lock:
            outermost = not self._connection.in_transaction
            if outermost:
                self._follow()
            try:
                if outermost:
                    self._connection.execute("BEGIN")
                yield
            except (sqlite3.Error, *damaged.OF_VALUES) as error:
                raise CaptureError(f"{self.path} cannot be read: {damaged.words(error)}.") from error
            finally:
                if outermost and self._connection.in_transaction:
                    with suppress(sqlite3.DatabaseError):  # a damaged file's; what was wrong is told
                        self._connection.execute("ROLLBACK")


def _message(row: Sequence[Any]) -> Message:
    """A row of _HEAD: a leg without its body."""
    headers, status, trailers, absent, binary = row
    return Message(
        rows.headers(headers), b"", status, rows.headers(trailers), bool(absent), rows.binary_messages(binary)
    )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        return identity(path)
    except OSError:
        return None


def _by_arrival(chunks: list[Chunk]) -> tuple[Chunk, ...]:
    return tuple(sorted(chunks, key=lambda chunk: (chunk.at, _LEG_ORDER[chunk.leg], chunk.n)))
