"""Whole exchanges into a capture, fast: what an import, or a copy with changes, writes.

Where the Writer serves a stream that must not wait, this one is waited for: it works on the caller's thread
and packs bodies as they are handed over. The rows are those that the Writer comes to.

An import can hand over an exchange twice: first its heads (`outline`), with which it stands in the list, then
all of it (`add`). Between the two its bodies count as awaited, see rows.AWAITED.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from inspector.capture import anew, rows
from inspector.capture.batch import Batch
from inspector.capture.history import CaptureHistory
from inspector.capture.liveness import mark
from inspector.capture.model import Damage, ExchangeDetail
from inspector.capture.pressing import Press
from inspector.capture.redact import Redactor
from inspector.capture.schema import CaptureError
from inspector.capture.sessions import Place, place, place_by_headers
from inspector.capture.store import RecorderInfo
from inspector.capture.summary import SUMMARY_VERSION
from inspector.capture.whole import WholeExchange, WholeLeg, heads_of, whole_of
from inspector.protocol.surrogates import whole

_LARGE = 2**15  # bytes of an exchange that takes longer to read than to write: others may write meanwhile
_STEP = 2**22  # bytes of a file between two words about its progress
NOT_READ = "Its bodies could not be read."


@dataclass(slots=True)
class _Import:
    """A file that is being read; without a row of its own, what belongs to no file."""

    recorder: int
    row: int | None = None
    numbers: dict[int, int] = field(default_factory=dict)  # the file's own -> ours
    outlined: dict[int, None] = field(default_factory=dict)  # ours, of which only the heads are here
    pointing: list[tuple[int, str, int]] = field(default_factory=list)  # to what had not come yet
    recorders: dict[str, int] = field(default_factory=dict)  # by their options
    done: int = 0
    told: int = 0  # of it, in the row


class BulkWriter:
    """Writes into the capture at `path`, which is made if it is not there.

    Every method raises CaptureError, in a sentence, when the file cannot be used or written any more; what
    was committed stays. What an exchange holds that cannot be written, whoever is to blame, is another
    exception, and costs that exchange alone. To be closed in any case. `imported_before` is the number of
    the last import that was there already.
    """

    def __init__(self, path: Path, recorder: RecorderInfo, *, keep_secrets: bool = False) -> None:
        self._info = recorder
        self._batch = Batch(path)
        try:
            (salt,) = self._batch.one("SELECT value FROM meta WHERE name = 'salt'")
            (self.imported_before,) = self._batch.one("SELECT coalesce(max(id), 0) FROM imports")
            self._press = Press(self._batch)
        except BaseException:
            self._batch.close()
            raise
        self._redactor = Redactor(salt, keep=keep_secrets)
        self._imports: dict[int | None, _Import] = {}
        self._going_on: dict[int, _Import] = {}  # by row: those of which there is something new to tell
        self._batch.before_commit = self._count
        self._added: anew.Added | None = None  # by persons, to what is read once more
        self._app: int | None = None  # who stands for whoever edited what was held

    def begin_anew(self) -> bool:
        """Whether the file is for this writer to fill: nobody else does, or has. What is there of one that
        was stopped goes, but for what persons have added.
        """
        with self._batch.writing():
            self._added = anew.take(self._batch, self._info.mode)
            if self._added is not None:
                self._press = Press(self._batch)
                self._plain()
        self._batch.flush()
        return self._added is not None

    def begin_import(self, file: str, format: str, size: int) -> int:
        """A file of `size` bytes is going to be read; the number of its import."""
        of = _Import(0)
        of.recorder = self._recorder(of, {})
        with self._batch.writing():
            told = {"recorder": of.recorder, "file": whole(file), "format": format, "size": size}
            of.row = self._batch.insert("imports", told)
        self._imports[of.row] = of
        return of.row

    def outline(self, detail: ExchangeDetail, imported: int | None = None) -> int:
        """The heads of an exchange; `add` brings the rest under the same number. Its number here."""
        told = heads_of(detail, self._redactor)
        with self._writing(imported, detail) as of:
            placed = self._place_by_head(of, detail, told, CaptureHistory(self._batch.connection))
            number = self._new(of, detail, told, placed)
            for leg in told.legs:
                self._leg(number, leg, None)
        of.outlined[number] = None
        return number

    def add(self, detail: ExchangeDetail, imported: int | None = None) -> int:
        """A whole exchange, or the rest of one that was outlined; its number here."""
        told = whole_of(detail, self._redactor)
        size = sum(len(leg.body) for leg in told.legs)
        with self._writing(imported, detail, size) as of:
            known = of.numbers.get(detail.exchange.id)
            known = known if known in of.outlined else None
            placed = self._place(of, detail, told, CaptureHistory(self._batch.connection, known))
            if known is None:
                number = self._new(of, detail, told, placed)
            else:
                number = known
                columns = self._columns(of, detail, told, placed)
                del columns["marked"], columns["note"]  # somebody may have put one there meanwhile
                self._batch.update("exchanges", number, columns)
            session = placed.session if placed else told.context.session
            operation = str(told.columns["operation"])
            for leg in told.legs:
                self._leg(number, leg, self._press.pack(session, operation, leg.leg, leg.body))
            self._besides(number, detail, told.columns["started"], of)
        of.outlined.pop(number, None)
        if size > _LARGE:
            self._batch.flush()
        return number

    def progress(self, imported: int, done: int) -> None:
        """So many bytes of the file have been read. Cheap: it is written now and then."""
        of = self._imports[imported]
        of.done = done
        self._going_on[imported] = of
        if done - of.told >= _STEP:
            of.told = done
            with self._batch.writing():  # be there nothing else to write
                pass

    def damage(self, imported: int, damage: Damage) -> None:
        """Something in the file cannot be read."""
        with self._batch.writing():
            words = whole(self._redactor.text(damage.text))
            self._batch.insert("damage", {"import": imported, "offset": damage.offset, "text": words})

    def end_import(self, imported: int) -> None:
        """All of the file that can be read has been."""
        of = self._imports[imported]
        with self._batch.writing():
            self._point(of)
            self._settle(of)
            self._batch.update("imports", imported, {"ended": time.time()})

    def failure(self, text: str) -> None:
        """An exception of ours that ended the import."""
        with self._batch.writing():
            told = {"at": time.time(), "kind": "failure", "text": whole(self._redactor.text(text))}
            self._batch.insert("notes", told)

    def flush(self) -> None:
        """Everything so far is to be seen by others."""
        with self._batch.writing():
            pass  # how far it came
        self._batch.flush()

    def close(self) -> None:
        """Ends in good order, as far as the file lets us.

        Imports that were not ended stay so: they were stopped, and that is to be seen, and why.
        """
        try:
            if self._batch.problem is not None:
                self._say_why(self._batch.problem)
            if self._imports and self._batch.usable:
                with self._batch.writing():
                    for one in self._imports.values():
                        self._point(one)
                        for recorder in one.recorders.values():
                            self._batch.update("recorders", recorder, {"ended": time.time()})
                self._batch.flush()
        finally:
            self._batch.close()

    def _say_why(self, problem: str) -> None:
        """Where the disk is full there is room for so few words: what did not fit has been taken back."""
        self._batch.drop()
        self._going_on.clear()
        why = f"It was not read to its end: {problem.replace(str(self._batch.path), 'the capture')}"
        with suppress(CaptureError, sqlite3.Error), self._batch.writing():
            for row in filter(None, self._imports):
                if self._batch.one("SELECT 1 FROM imports WHERE id = ? AND ended IS NULL", row):
                    self.damage(row, Damage(None, why))
        with suppress(CaptureError):
            self._batch.flush()

    @contextmanager
    def _writing(self, imported: int | None, detail: ExchangeDetail, size: int = 0) -> Iterator[_Import]:
        """One exchange, all of it or nothing; what others refer to as well comes before."""
        of = self._imports.get(imported) or self._plain()
        self._recorder(of, detail.options)
        if detail.edited is not None and self._app is None:
            with self._batch.writing():
                who = {"token": secrets.token_hex(8), "name": self._info.mode, **_this_process(), "beat": 0.0}
                self._app = self._batch.insert("hold_apps", who)
        known = detail.exchange.id in of.numbers
        try:
            with self._batch.writing(size):
                yield of
            if of.row is not None:
                self._going_on[of.row] = of
        except BaseException:
            self._press.forget()
            if not known:
                of.numbers.pop(detail.exchange.id, None)
            raise

    def _plain(self) -> _Import:
        """Where belongs what is of no file."""
        of = self._imports[None] = _Import(0)
        of.recorder = self._recorder(of, self._info.options)
        return of

    def _place_by_head(
        self, of: _Import, detail: ExchangeDetail, told: WholeExchange, history: CaptureHistory
    ) -> Place | None:
        parent = of.numbers.get(detail.exchange.parent or 0)
        return history.place_of(parent) or place_by_headers(told.context, history)

    def _place(
        self, of: _Import, detail: ExchangeDetail, told: WholeExchange, history: CaptureHistory
    ) -> Place | None:
        """As for a live exchange: by its head, and by its body where that does not tell."""
        found = self._place_by_head(of, detail, told, history)
        if found is not None or told.asked is None:
            return found
        # Connections are told apart within one recorder only; those of a copy are its original's.
        connection, given = detail.exchange.connection, detail.exchange.session or ""
        line = given if given.startswith(f"{connection}#") else f"{connection}#{of.recorder}"
        return place(told.context, told.asked, whole(line) if connection else "", history)

    def _columns(
        self, of: _Import, detail: ExchangeDetail, told: WholeExchange, placed: Place | None
    ) -> dict[str, object]:
        return {
            **told.columns,
            "revision": self._batch.revision,
            "recorder": self._recorder(of, detail.options),
            "session": placed.session if placed else told.context.session,
            "turn": placed.turn if placed else None,
            "parent": of.numbers.get(detail.exchange.parent or 0),
            "socket": of.numbers.get(detail.exchange.socket or 0),
        }

    def _new(self, of: _Import, detail: ExchangeDetail, told: WholeExchange, placed: Place | None) -> int:
        columns = self._columns(of, detail, told, placed)
        children: list[int] = []
        if self._added is not None:
            origin = self._added.origin(detail.exchange.source)
            children = self._added.children.pop(origin, [])
            if origin in self._added.marks:
                columns["marked"], columns["note"] = self._added.marks.pop(origin)
        number = of.numbers[detail.exchange.id] = self._batch.insert("exchanges", columns)
        for child in children:
            self._batch.update("exchanges", child, {"parent": number, "revision": self._batch.revision})
        for column, theirs in (("parent", detail.exchange.parent), ("socket", detail.exchange.socket)):
            if theirs is not None and columns[column] is None:
                of.pointing.append((number, column, theirs))
        return number

    def _point(self, of: _Import) -> None:
        """Some stand in the file before the exchange that they refer to."""
        for number, column, theirs in of.pointing:
            if (ours := of.numbers.get(theirs)) is not None:
                self._batch.update("exchanges", number, {column: ours, "revision": self._batch.revision})
        of.pointing.clear()

    def _settle(self, of: _Import) -> None:
        """Those whose bodies did not come: they are awaited no longer."""
        for number in of.outlined:
            source = rows.source(self._batch.one("SELECT source FROM exchanges WHERE id = ?", number)[0])
            told = source and replace(source, remarks=(*source.remarks, NOT_READ))
            columns = {"source": rows.source_text(told), "summary_version": SUMMARY_VERSION}
            self._batch.update("exchanges", number, {**columns, "revision": self._batch.revision})
        of.outlined.clear()

    def _leg(self, exchange: int, leg: WholeLeg, body: int | None) -> None:
        """A leg's row, in the place of the one that only had its head."""
        columns = {
            **leg.columns,
            "exchange": exchange,
            "leg": leg.leg,
            "body": body,
            "chunk_index": leg.index,
        }
        self._batch.put("legs", columns)

    def _besides(self, exchange: int, detail: ExchangeDetail, at: object, of: _Import) -> None:
        """What was noted while it passed, and what a person made of its body when it was held."""
        for text in detail.tracebacks:
            told = {"at": at, "kind": "failure", "exchange": exchange, "recorder": of.recorder}
            self._batch.insert("notes", {**told, "text": whole(self._redactor.text(text))})
        if detail.edited is None:
            return
        held = {"exchange": exchange, "rule": 0, "filter": "", "app": self._app, "point": "request"}
        times = {"at": at, "deadline": at, "decided_at": at, "done": at, "idle_timeout": 0.0}
        self._batch.insert(
            "held", {**held, **times, "state": "decided", "act": "edit", "new_body": detail.edited}
        )

    def _recorder(self, of: _Import, options: Mapping[str, Any]) -> int:
        """The recorder of these options: by them views derive what was made of the traffic."""
        text = json.dumps(dict(options))
        if text not in of.recorders:
            with self._batch.writing():
                of.recorders[text] = self._enter(options)
        return of.recorders[text]

    def _enter(self, options: Mapping[str, Any]) -> int:
        info = self._info
        told = {"version": info.version, "mode": info.mode, "listening": info.listening}
        upstream = info.upstream and self._redactor.url(info.upstream)
        more = {"upstream": upstream, "started": time.time(), "options": json.dumps(dict(options))}
        return self._batch.insert("recorders", {**_this_process(), **told, **more})

    def _count(self) -> None:
        """How far each file is, once a transaction."""
        for row, of in self._going_on.items():
            self._batch.update("imports", row, {"done": of.done, "found": len(of.numbers)})
        self._going_on.clear()


def _this_process() -> dict[str, object]:
    pid = os.getpid()
    return {"pid": pid, "host": platform.node(), "process": mark(pid)}
