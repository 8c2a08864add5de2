"""The way into a capture: calls that return at once, and a thread that commits what they hand over.

```
 caller ── queue ──► writer's thread ── rows ──► file ◄── digester: summaries, packing, checkpoints
```

The queue is emptied a few milliseconds after something arrives, in one transaction. While the file cannot be
written the queue is the backlog, up to a number of bytes; past it, exchanges are lost from that moment on,
counted, and noted in the file when it can be written again. Secrets are taken out between the queue and the
file.
"""

from __future__ import annotations

import sqlite3
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from inspector.capture import problems
from inspector.capture.handle import Burst, Handle
from inspector.capture.model import Headers, Leg, Made, Outcome
from inspector.capture.recording import Piece, Recording
from inspector.capture.schema import CaptureError
from inspector.capture.store import Beginning, RecorderInfo, Store

__all__ = ["Handle", "RecorderInfo", "Writer"]

BACKLOG = 2**26  # bytes that may wait in memory
_GATHER = 0.02  # seconds between the first piece's arrival and the commit
_BATCH = 2048  # pieces in one transaction
_BATCH_BYTES = 2**23
_FIRST_RETRY, _LAST_RETRY = 0.05, 1.0


class Writer:
    """Records exchanges into the capture at `path`, which is made if it is not there.

    No method raises, and none waits but `flush` and `close`, no longer than they are told.
    """

    def __init__(
        self,
        path: Path,
        recorder: RecorderInfo,
        *,
        keep_secrets: bool = False,
        on_problem: Callable[[str | None], None],
        backlog: int = BACKLOG,
    ) -> None:
        """`on_problem` is called from threads of ours: with a sentence, and with None when all is well again.

        `backlog` is how many bytes may wait in memory while the file cannot be written.
        """
        self._path = path
        self._info = recorder
        self._keep_secrets = keep_secrets
        self._on_problem = on_problem
        self._backlog = backlog
        self._queue: SimpleQueue[Piece | Event | None] = SimpleQueue()
        self._lock = Lock()  # the counts below, which callers' threads and ours share
        self._waiting = 0  # bytes in the queue
        self._lost: list[Handle] = []  # in part
        self._unseen = 0  # exchanges lost from the beginning
        self._moved = False  # some of them because the file went away
        self._closed = False
        self._closing = Event()
        self._hurry = Event()  # somebody waits for the commit
        self._deadline = 0.0
        self._telling = Lock()
        self._problems: dict[str, str] = {}
        self._told: str | None = None
        self._recording: Recording | None = None
        self._thread = Thread(target=self._run, name="capture-writer", daemon=True)
        self._thread.start()

    def begin(
        self,
        *,
        method: str,
        url: str,
        http_version: str,
        headers: Headers,
        operation: str,
        mode: str,
        connection: str,
        at: float,
        parent: int | None = None,
        made: Made | None = None,
        socket: Handle | None = None,
    ) -> Handle:
        """A request's head has arrived, at monotonic time `at`; its headers are those of Leg.REQUEST.

        `parent`: the exchange of this capture that it was made of, whose session and turn it shares.
        `socket`: the one whose handshake opened the WebSocket that it goes over; the headers are its.
        """
        handle = Handle(at)
        wall = time.time() - (time.monotonic() - at)
        told = Beginning(
            method, url, http_version, headers, operation, mode, connection, parent, wall, made, socket
        )
        if not self._hand(Store.begin, handle, told, size=len(url) + _weight(headers)):
            with self._lock:
                handle.lose()
                self._unseen += 1
        return handle

    def head(
        self, handle: Handle, leg: Leg, headers: Headers, *, status: int | None = None, at: float
    ) -> None:
        """The head of another leg."""
        self._hand(Store.head, handle, leg, headers, status, handle.since(at), size=_weight(headers))

    def chunk(self, handle: Handle, leg: Leg, data: bytes, at: float) -> None:
        """Bytes of a leg's body, as they arrived."""
        # Called for every chunk that passes, on the thread that passes them: most of them only join a list.
        # Measured in bursts: a piece each cost that thread three times as much, and the writer's twice.
        with self._lock:
            waiting = self._waiting + len(data)
            burst = handle.bursts.get(leg)
            if burst is None or burst.room <= 0 or waiting > self._backlog:
                burst = self._next_burst(handle, leg, waiting)
                if burst is None:
                    return
            self._waiting = waiting
            burst.join(at, bytes(data))

    def message(self, handle: Handle, leg: Leg, data: bytes, at: float, *, binary: bool = False) -> None:
        """A message of a WebSocket, whole: a chunk of a leg that holds nothing else."""
        n = handle.count(leg)
        if binary or not n:
            self._hand(Store.message, handle, leg, n if binary else None)
        self.chunk(handle, leg, data, at)

    def trailers(self, handle: Handle, leg: Leg, headers: Headers, at: float) -> None:
        """The trailers of a leg, which came at `at`: with its last byte."""
        del at  # the leg's end has it
        self._hand(Store.trailers, handle, leg, headers, size=_weight(headers))

    def end_leg(self, handle: Handle, leg: Leg, at: float) -> None:
        """The last byte of a leg has passed."""
        self._hand(Store.end_leg, handle, leg, handle.since(at), handle.size(leg))

    def finish(self, handle: Handle, outcome: Outcome, *, error: str | None = None, at: float) -> None:
        """Nothing more will come. CLIENT_GONE after a terminal event is stored as COMPLETE."""
        sizes = {leg: handle.size(leg) for leg in Leg}
        self._hand(Store.finish, handle, outcome, error, handle.since(at), sizes)

    def failure(self, handle: Handle | None, traceback_text: str) -> None:
        """An exception of ours while an exchange passed, or at another time."""
        self._hand(Store.failure, None, handle, traceback_text, size=len(traceback_text))

    def flush(self, timeout: float = 5.0) -> bool:
        """Waits until all that was handed over is in the file, summarised and packed; False: not in time."""
        done = Event()
        with self._lock:
            if self._closed:
                return False
            self._queue.put(done)
            self._hurry.set()
        return done.wait(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Writes what is left and closes the file: one file, no `-wal`. Waits at most `timeout` seconds."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._deadline = time.monotonic() + timeout
                self._closing.set()
                self._hurry.set()
                self._queue.put(None)
        self._thread.join(timeout + _LAST_RETRY)

    def _hand(
        self, write: Callable[..., None], handle: Handle | None, *arguments: object, size: int = 0
    ) -> bool:
        """Puts a piece into the queue; False when there is no room for it."""
        with self._lock:
            if self._closed or (handle is not None and handle.lost):
                return True
            if self._waiting + size > self._backlog:
                if handle is not None and write is not Store.begin:
                    self._lose(handle)
                return False
            self._waiting += size
            if handle is not None:
                handle.part()
            self._queue.put(Piece(write, handle, arguments, size))
        return True

    def _next_burst(self, handle: Handle, leg: Leg, waiting: int) -> Burst | None:
        """A burst for a chunk that brings what waits to so many bytes; None where it is not to be written."""
        if self._closed or handle.lost:
            return None
        if waiting > self._backlog:
            self._lose(handle)
            return None
        burst = handle.bursts[leg] = Burst(leg, handle.bursts.get(leg))
        self._queue.put(Piece(Store.chunks, handle, (burst,), 0))
        return burst

    def _lose(self, handle: Handle) -> None:
        handle.lose()
        self._lost.append(handle)

    def _run(self) -> None:
        self._commit([])  # opens the file, or says why not
        over = False
        while not over:
            pieces, flushed, over = self._gather()
            self._commit(pieces)
            self._account()
            for event in flushed:
                self._hurry.clear()
                if self._recording is None:
                    continue  # its flush runs out of time
                self._recording.caught_up(event)
        if self._recording is not None:
            self._end(self._recording)

    def _gather(self) -> tuple[list[Piece], list[Event], bool]:
        """The next batch: waits for its first piece, then a moment for more."""
        pieces: list[Piece] = []
        item = self._queue.get()
        if isinstance(item, Piece):
            self._hurry.wait(_GATHER)
        size = 0
        while isinstance(item, Piece):
            if item.write is Store.chunks:
                item = self._taken(item)
            pieces.append(item)
            size += item.size
            if len(pieces) >= _BATCH or size >= _BATCH_BYTES:
                return pieces, [], False
            try:
                item = self._queue.get_nowait()
            except Empty:
                return pieces, [], False
        return pieces, [item] if item is not None else [], item is None

    def _taken(self, piece: Piece) -> Piece:
        """The piece of a burst that no more chunks join from now on."""
        burst: Burst = piece.arguments[0]
        with self._lock:
            burst.room = 0
        return piece._replace(size=burst.size)

    def _commit(self, pieces: list[Piece]) -> None:
        """Writes a batch, again and again until the file takes it or time to close is up."""
        if pieces:
            self._problem("news", None)  # it stood for one batch at least
        delay = _FIRST_RETRY
        contention = problems.Contention()
        while True:
            try:
                self._open().write(pieces)
            except (sqlite3.Error, CaptureError, OSError) as error:
                if contention.is_news(error):
                    self._problem("rows", problems.sentence(error, self._path))
                if self._deadline and time.monotonic() > self._deadline:
                    return
                self._closing.wait(delay) if not self._deadline else time.sleep(_FIRST_RETRY)
                delay = min(delay * 2, _LAST_RETRY)
            else:
                break
        with self._lock:
            self._waiting -= sum(piece.size for piece in pieces)
        if pieces or delay > _FIRST_RETRY:
            self._problem("rows", None)

    def _open(self) -> Recording:
        if self._recording is not None and not self._recording.is_still_there():
            self._recording.abandon()
            self._recording = None
            self._problem("news", problems.deleted(self._path))
        if self._recording is None:
            self._recording = Recording(
                self._path,
                self._info,
                keep_secrets=self._keep_secrets,
                on_problem=self._digest_problem,
            )
        return self._recording

    def _account(self) -> None:
        """Notes exchanges that were lost in the file, once it has all that was not."""
        missed = self._recording.missed() if self._recording else set()
        with self._lock:
            for handle in missed:
                if not handle.lost:
                    handle.lose()
                    self._unseen += 1
                    self._moved |= handle.file is not None
            count = len(self._lost) + self._unseen
            if not count or not self._queue.empty():
                return
            words = problems.lost(count, moved=self._moved)
            piece = Piece(Store.lose, None, (self._lost, count, words), 0)
            self._lost, self._unseen, self._moved = [], 0, False
        self._commit([piece])
        self._problem("news", f"In the capture {self._path}, {words}")

    def _end(self, recording: Recording) -> None:
        try:
            recording.close(max(0.1, self._deadline - time.monotonic()))
        except (sqlite3.Error, OSError) as error:
            self._problem("rows", problems.sentence(error, self._path))

    def _digest_problem(self, error: Exception | None) -> None:
        self._problem("digest", None if error is None else problems.sentence(error, self._path))

    def _problem(self, source: str, sentence: str | None) -> None:
        """Tells `on_problem` when what it knows is no longer so."""
        with self._telling:
            if sentence is None:
                self._problems.pop(source, None)
            else:
                self._problems[source] = sentence
            now = next(iter(self._problems.values()), None)
            if now == self._told:
                return
            self._told = now
            try:
                self._on_problem(now)
            except Exception:  # noqa: BLE001 - the recording must not end because the news of it was unwelcome
                self.failure(None, traceback.format_exc())


def _weight(headers: Headers) -> int:
    return sum(len(name) + len(value) for name, value in headers)
