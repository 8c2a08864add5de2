"""The thread that reads the selected exchange: its panes, then what comes in, until another is wanted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inspector.capture.holds import Act, Held, Holds
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.capture.translated import earlier_items
from inspector.ui.long_lived import LongLived
from inspector.ui.mailbox import Mailbox
from inspector.ui.view.event_nodes import GAP
from inspector.ui.view.hold.told import Told
from inspector.ui.view.progress import EVERY
from inspector.ui.view.reading import ExchangeView, Growth, Moment, Reading
from inspector.ui.view.streams import Stream

POLL = 0.1


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole view, or what grew since; a newer view makes everything before it void."""

    view: ExchangeView | None
    growths: tuple[Growth, ...] = ()


def join(older: Letter, newer: Letter) -> Letter:
    """Two letters as one."""
    return newer if newer.view is not None else Letter(older.view, older.growths + newer.growths)


@dataclass(frozen=True, slots=True)
class Opening:
    """How far the reading of a long exchange is: chunks, of how many."""

    exchange_id: int
    done: int
    total: int


class _Unwanted(Exception):
    """Another exchange is wanted, or none any more."""


class ExchangeWatch:
    """Reads what `want` names; what it reads waits in `mailbox`."""

    def __init__(self, path: Path, bell: Callable[[], object], *, gap: float = GAP) -> None:
        self.mailbox: Mailbox[Letter] = Mailbox(join, bell)
        self._path = path
        self._gap = gap
        self._wake = threading.Condition()
        self.moments: Mailbox[Moment] = Mailbox(lambda _, newer: newer, bell)
        self.openings: Mailbox[Opening] = Mailbox(lambda _, newer: newer, bell)
        self._next_word = 0.0  # when to tell again how far an opening is
        self._wanted: int | None = None
        self._wants_all = False  # what was read before does not count
        self._moment: tuple[int, Stream, int] | None = None
        self._long_lived = LongLived()
        self._stopped = False

    def want(self, exchange_id: int, *, is_shown: bool = False) -> None:
        """Read this exchange now: all of it, or, if it `is_shown` already, what comes in."""
        with self._wake:
            self._wanted, self._wants_all = exchange_id, not is_shown
            self._wake.notify()

    def want_moment(self, exchange_id: int, stream: Stream, number: int) -> None:
        """Tell, in `moments`, what the answer was at this event; only the moment asked for last counts."""
        with self._wake:
            self._moment = (exchange_id, stream, number)
            self._wake.notify()

    def stop(self) -> None:
        """End the thread soon."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def run(self) -> None:
        """The thread."""
        reader: Reader | None = None
        holds: Holds | None = None
        reading: Reading | None = None
        while True:
            with self._wake:
                goes_on = reading is not None and reading.goes_on
                idle = not self._wants_all and (reading is None or reading.detail.exchange.id == self._wanted)
                if not self._stopped and self._moment is None and idle:
                    self._wake.wait(
                        POLL if goes_on or (self._wanted is not None and reading is None) else None
                    )
                if self._stopped:
                    break
                wanted = self._wanted
                if self._wants_all:
                    reading, self._wants_all = None, False
                moment, self._moment = self._moment, None
            if moment is not None and reading is not None and moment[0] == reading.detail.exchange.id:
                self._tell(reading.moment(*moment[1:]))
            if wanted is None:
                continue
            try:
                reader = reader or Reader(self._path)
                holds = holds or Holds(self._path)
                reading = self._look(reader, holds, reading, wanted)
            except CaptureError:
                continue  # the other thread tells about it
            except _Unwanted:
                continue  # what is wanted instead comes next
            except KeyError:
                self._forget(wanted)  # the file was put in another's place
        self._long_lived.leave()
        if reader is not None:
            reader.close()
        if holds is not None:
            holds.close()

    def _forget(self, missing: int) -> None:
        with self._wake:
            if self._wanted == missing:
                self._wanted = None

    def _tell(self, moment: Moment | None) -> None:
        if moment is not None:
            self.moments.put(moment)

    def _look(self, reader: Reader, holds: Holds, reading: Reading | None, wanted: int) -> Reading:
        """Open the wanted exchange, or take in what came since; the reading to go on with."""
        if reading is None or reading.detail.exchange.id != wanted:
            return self._open(reader, holds, wanted)
        exchange = reader.exchange(wanted)
        if reading.outgrown(exchange):
            return self._open(reader, holds, wanted)
        same = exchange == reading.detail.exchange
        if same and not reading.goes_on:
            return reading  # it has ended, and all of it was read
        chunks = {leg: reader.chunks(wanted, leg, since) for leg, since in reading.seen.items()}
        held = _told(holds, wanted, reading.held) if reading.waits or holds.changed() else reading.held
        if any(chunks.values()) or not same or held != reading.held:
            growth = reading.more(exchange, chunks, held)
            self._long_lived.took(sum(map(len, growth.records.values())))
            self.mailbox.put(Letter(None, (growth,)))
        return reading

    def _open(self, reader: Reader, holds: Holds, wanted: int) -> Reading:
        detail = reader.detail(wanted)
        with self._long_lived.reading(sum(len(message.body) for message in detail.legs.values())):
            held = _told(holds, wanted)
            reading = Reading(detail, earlier_items(reader, detail), gap=self._gap, held=held)
            self._next_word = time.monotonic() + EVERY
            view = reading.view(partial(self._tell_opening, wanted))
        self._long_lived.took(sum(rows.count for rows in view.streams.values()))
        self.mailbox.put(Letter(view))
        return reading

    def _tell_opening(self, opening: int, done: int, total: int) -> None:
        """Between some chunks and the next."""
        if self._stopped or self._wanted != opening:
            raise _Unwanted
        if (now := time.monotonic()) >= self._next_word:
            self._next_word = now + EVERY
            self.openings.put(Opening(opening, done, total))


def _told(holds: Holds, exchange_id: int, known: tuple[Told, ...] = ()) -> tuple[Told, ...]:
    """All that was ever held of an exchange, of what was edited with what it was."""
    bodies = {told.held: told.body for told in known}
    return tuple(
        Told(held, bodies[held] if held in bodies else _before(holds, held))
        for held in holds.of_exchange(exchange_id)
    )


def _before(holds: Holds, held: Held) -> bytes:
    edited = held.decision is not None and held.decision.act is Act.EDIT
    return holds.body(held.id) if edited else b""
