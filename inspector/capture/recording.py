"""One open file of a writer: the rows go in through the store, and the digester hears of them afterwards."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Lock
from typing import Any, NamedTuple

from inspector.capture.connect import for_writing
from inspector.capture.digester import Digester
from inspector.capture.handle import Handle
from inspector.capture.model import Leg
from inspector.capture.schema import transaction
from inspector.capture.store import RecorderInfo, Store


class Piece(NamedTuple):
    """Something to write: a method of Store, what it is about, its other arguments, and how many bytes."""

    write: Callable[..., None]
    handle: Handle | None
    arguments: tuple[Any, ...]
    size: int


class Recording:
    """A capture that is open for writing."""

    def __init__(
        self,
        path: Path,
        recorder: RecorderInfo,
        *,
        keep_secrets: bool,
        on_problem: Callable[[Exception | None], None],
    ) -> None:
        """Raises CaptureError, sqlite3.Error or OSError when the file cannot be opened."""
        self._lock = Lock()  # held by whichever of our two threads is in a transaction
        with ExitStack() as opened:
            store = self._store = Store(path, keep_secrets=keep_secrets)
            opened.callback(store.connection.close)
            digesting = for_writing(path, wait_for_disk=True)
            opened.callback(digesting.close)
            store.enter(recorder)  # last: what fails before leaves no recorder behind that never writes
            self._digester = Digester(digesting, path, store.recorder, store.redactor, self._lock, on_problem)
            opened.pop_all()

    def is_still_there(self) -> bool:
        """Whether the path still names the open file."""
        return self._store.is_still_there()

    def write(self, pieces: Sequence[Piece]) -> None:
        """Commits the pieces. Raises sqlite3.OperationalError when nothing was written and may be later."""
        if not pieces:
            return
        try:
            self._commit(pieces)
        except sqlite3.OperationalError:
            raise
        except Exception:  # noqa: BLE001 - one piece cannot be written, whoever is to blame: the rest can
            for piece in pieces:
                self._commit_alone(piece)
        self._tell(pieces)

    def missed(self) -> set[Handle]:
        """Exchanges of an earlier file that pieces were for, since the last call."""
        missed, self._store.missed = self._store.missed, set()
        return missed

    def caught_up(self, event: Event) -> None:
        """Sets `event` when the digester has done all that was written so far."""
        self._digester.caught_up(event)

    def close(self, timeout: float) -> None:
        """Ends in good order: what is left is digested, and the file is one file."""
        self._digester.stop(timeout)
        try:
            with self._lock, transaction(self._store.connection):
                self._store.leave()
            # Closing checkpoints: this time the disk is waited for.
            self._store.connection.execute("PRAGMA synchronous = NORMAL")
        finally:
            self._store.connection.close()

    def abandon(self) -> None:
        """Lets go of a file that is no longer there."""
        self._digester.abandon()
        self._store.let_go()

    def _commit(self, pieces: Sequence[Piece]) -> None:
        store = self._store
        try:
            with self._lock, transaction(store.connection):
                store.start()
                for piece in pieces:
                    if piece.handle is None:
                        piece.write(store, *piece.arguments)
                    else:
                        piece.write(store, piece.handle, *piece.arguments)
        except BaseException:
            for piece in pieces:
                if piece.write is Store.begin and piece.handle is not None:
                    piece.handle.id = piece.handle.file = None  # rolled back
            raise

    def _commit_alone(self, piece: Piece) -> None:
        try:
            self._commit([piece])
        except sqlite3.OperationalError:
            raise
        except Exception:  # noqa: BLE001 - it cannot be written as it is: a note says so in its place
            trace = traceback.format_exc()
            self._commit([Piece(Store.failure, None, (None, trace), len(trace))])

    def _tell(self, pieces: Sequence[Piece]) -> None:
        progressed: dict[int, None] = {}
        for piece in pieces:
            handle = piece.handle
            if piece.write is Store.lose:
                for lost in piece.arguments[0]:
                    if lost.file is self._store:
                        self._digester.end(lost.id)
            if handle is None or handle.id is None or handle.file is not self._store:
                continue
            if piece.write is Store.chunks:
                if piece.arguments[0].leg is Leg.RESPONSE:
                    progressed[handle.id] = None
            elif piece.write is Store.end_leg and piece.arguments[0] is Leg.REQUEST:
                self._digester.request(handle.id)
            elif piece.write is Store.finish:
                progressed.pop(handle.id, None)
                self._digester.end(handle.id)
        for exchange in progressed:
            self._digester.progress(exchange)
