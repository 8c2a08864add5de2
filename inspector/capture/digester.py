"""The thread behind the writer's: derives what the list shows, packs what is finished, tidies the file.

It works from the rows that the writer's thread has committed, on a connection of its own, so that neither
parsing nor compression nor a checkpoint stands in the way of the next commit.

| told | does |
|---|---|
| request(n) | session, turn, model, at once and in order |
| progress(n) | the live summary, at most ten times a second and a fiftieth of the time |
| end(n) | the final summary, then packs the exchange |
| nothing for a while | gives free pages back, checkpoints the WAL |
"""

from __future__ import annotations

import sqlite3
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from inspector.capture.connect import length, sidecars
from inspector.capture.deriving import Deriving
from inspector.capture.liveness import alive
from inspector.capture.model import Outcome
from inspector.capture.packer import Packer
from inspector.capture.problems import Contention
from inspector.capture.redact import Redactor
from inspector.capture.schema import CaptureError, transaction

_EVERY = 0.1  # seconds between live summaries
_SHARE = 49  # it rests this many times longer than it read: in a burst the interpreter is the stream's
_BREATH = 0.0005
_IDLE = 1.0
_RETRY = 0.5
_LARGE_WAL = 2**24
_PAGES_WORTH_FREEING, _PAGES_AT_ONCE = 64, 1024

_Task = tuple[str, int]


class Digester:
    """Runs until `stop`. `on_problem` is told in words when the file cannot be written, None when it can."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        recorder: int,
        redactor: Redactor,
        lock: Lock,
        on_problem: Callable[[Exception | None], None],
    ) -> None:
        """`connection` is a writer's, on the capture at `path`; it is closed when the digester ends."""
        self._path = path
        self._recorder = recorder
        self._lock = lock
        self._on_problem = on_problem
        self._tasks: SimpleQueue[_Task | Event | None] = SimpleQueue()
        self._streaming: dict[int, None] = {}  # exchanges with unread chunks, in order
        self._abandoned = Event()
        self._connection = connection
        self._contention = Contention()
        self._deriving = Deriving(self._connection, lock, redactor, lambda: time.sleep(_BREATH))
        self._packer = Packer(self._connection, lock)
        self._thread = Thread(target=self._run, name="capture-digester", daemon=True)
        self._thread.start()

    def request(self, exchange: int) -> None:
        """The request of an exchange is whole."""
        self._tasks.put(("request", exchange))

    def progress(self, exchange: int) -> None:
        """More of a response has been committed."""
        self._tasks.put(("progress", exchange))

    def end(self, exchange: int) -> None:
        """An exchange has ended."""
        self._tasks.put(("end", exchange))

    def caught_up(self, event: Event) -> None:
        """Sets `event` once everything told so far has been done."""
        self._tasks.put(event)

    def stop(self, timeout: float) -> bool:
        """Does what is left and ends; False when time was up first, or the file is not to be had."""
        self._tasks.put(None)
        self._thread.join(timeout)
        self._abandoned.set()
        return not self._thread.is_alive()

    def abandon(self) -> None:
        """Ends without doing what is left: the file is gone."""
        self._abandoned.set()
        self._tasks.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._do(self._adopt)
            self._serve()
            if not self._abandoned.is_set():
                self._do(self._tidy)
        finally:
            self._connection.close()

    def _serve(self) -> None:
        due = 0.0
        clean = True  # the WAL has been checkpointed since the last work
        while True:
            wait = max(0.0, due - time.monotonic()) if self._streaming else _IDLE if not clean else None
            try:
                task = self._tasks.get(timeout=wait)
            except Empty:
                if self._streaming:
                    due = self._read_streams()
                else:
                    self._do(self._tidy)
                    clean = True
                continue
            clean = False
            if task is None or self._abandoned.is_set():
                return
            if isinstance(task, Event):
                self._read_streams()
                task.set()
                continue
            what, exchange = task
            if what == "progress":
                self._streaming[exchange] = None
                if time.monotonic() >= due and self._tasks.empty():
                    due = self._read_streams()
            elif what == "request":
                self._do(self._deriving.request, exchange)
            else:
                self._finish(exchange)

    def _read_streams(self) -> float:
        """Brings the summaries of running responses up to date; when to do so again."""
        begun = time.monotonic()
        waiting, self._streaming = self._streaming, {}
        for exchange in waiting:
            more = self._do(self._deriving.progress, exchange)
            if more:
                self._streaming[exchange] = None
        spent = time.monotonic() - begun
        return begun + spent + max(_EVERY, _SHARE * spent)

    def _finish(self, exchange: int) -> None:
        """Each step for itself: what one stumbles over must not cost the others."""
        self._streaming.pop(exchange, None)
        for step in (self._deriving.request, self._deriving.end, self._packer.pack):
            self._do(step, exchange)
        self._do(self._bound_wal)

    def _bound_wal(self) -> None:
        wal = sidecars(self._path.resolve())[0]
        if length(wal) > _LARGE_WAL:
            self._checkpoint()

    def _adopt(self) -> None:
        """Finishes what recorders before us left unfinished when they died."""
        rows = self._connection.execute(
            """SELECT exchanges.id, recorders.id, pid, host, process, recorders.ended, outcome
                FROM exchanges JOIN recorders ON recorders.id = recorder
                WHERE recorder <> ? AND (outcome = 'open'
                    OR exchanges.id IN (SELECT exchange FROM legs WHERE chunk_index IS NULL)
                    OR exchanges.id IN (SELECT exchange FROM chunks))""",
            (self._recorder,),
        ).fetchall()
        living: dict[int, bool] = {}
        for exchange, recorder, pid, host, process, ended, outcome in rows:
            if recorder not in living:
                living[recorder] = ended is None and alive(pid, host, process)
            if living[recorder]:
                continue
            if outcome == Outcome.OPEN:
                with self._lock, transaction(self._connection):
                    self._connection.execute(
                        "UPDATE exchanges SET outcome = ? WHERE id = ?", (Outcome.INTERRUPTED, exchange)
                    )
            self._finish(exchange)

    def _tidy(self) -> None:
        """Gives back the pages that packing has freed, some at a time, and checkpoints."""
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        while free > _PAGES_WORTH_FREEING:
            with self._lock:
                # As a script: a plain execute would stop after the first page.
                self._connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")
            before, (free,) = free, self._connection.execute("PRAGMA freelist_count").fetchone()
            if free >= before:
                break  # a reader holds them
        self._checkpoint()

    def _checkpoint(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _do(self, work: Callable[..., bool | None], *exchange: int) -> bool | None:
        """Does a piece of work, again until the file lets it.

        A bug of ours is noted in the file, and costs that piece only.
        """
        while True:
            try:
                done = work(*exchange)
            except (sqlite3.OperationalError, CaptureError, OSError) as error:
                if self._contention.is_news(error):
                    self._on_problem(error)
                if self._abandoned.wait(_RETRY):
                    return None
            except Exception:  # noqa: BLE001 - this runs beside a proxied session: it must go on
                self._note(traceback.format_exc(), *exchange)
                return None
            else:
                self._contention.over()
                self._on_problem(None)
                return done

    def _note(self, text: str, exchange: int | None = None) -> None:
        if exchange is not None:
            self._deriving.forget(exchange)
        try:
            with self._lock, transaction(self._connection):
                self._connection.execute(
                    "INSERT INTO notes (at, kind, exchange, recorder, text) VALUES (?, 'failure', ?, ?, ?)",
                    (time.time(), exchange, self._recorder, text),
                )
        except sqlite3.Error as error:
            self._on_problem(error)
