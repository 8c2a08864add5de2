"""The thread that looks into bodies for what a filter wants: what it finds, and how far it has come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from inspector.capture.filter.language import Filter
from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.capture.searching import search
from inspector.ui.mailbox import Mailbox

PAUSE = 0.3  # seconds between two looks at exchanges that go on growing, which they do ten times a second
TYPING = 0.15  # seconds in which no other filter comes, before bodies are read for this one


@dataclass(frozen=True, slots=True)
class Findings:
    """Numbers of exchanges that fit, and that were looked into in vain; `job` says for which filter.

    `done` of `total` have been looked into; `unread` could not be read, or only in part.
    """

    job: int
    found: frozenset[int]
    missed: frozenset[int]
    done: int
    total: int
    unread: int = 0


def join(older: Findings, newer: Findings) -> Findings:
    """Two findings as one; what was found for another filter is void."""
    if older.job != newer.job:
        return newer
    return Findings(
        newer.job,
        (older.found - newer.missed) | newer.found,
        (older.missed - newer.found) | newer.missed,
        newer.done,
        newer.total,
        older.unread + newer.unread,
    )


class FilterWatch:
    """Looks for what `want` says until something else is wanted; what it finds waits in `mailbox`."""

    def __init__(self, path: Path, bell: Callable[[], object]) -> None:
        self.mailbox: Mailbox[Findings] = Mailbox(join, bell)
        self.job = 0
        self._path = path
        self._wake = threading.Condition()
        self._wanted = Filter()
        self._around = Surroundings()
        self._waiting: dict[int, Exchange] = {}
        self._is_new = False
        self._stopped = False

    def want(self, wanted: Filter, exchanges: Iterable[Exchange], around: Surroundings) -> None:
        """Look into these exchanges, and let go of what was looked for before."""
        with self._wake:
            self.job += 1
            self._wanted, self._around = wanted, around
            self._waiting = {exchange.id: exchange for exchange in exchanges}
            self._is_new = True
            self._wake.notify()

    def more(self, exchanges: Iterable[Exchange], around: Surroundings) -> None:
        """Look into these as well, for the same."""
        with self._wake:
            self._around = around
            self._waiting.update((exchange.id, exchange) for exchange in exchanges)
            self._wake.notify()

    def stop(self) -> None:
        """End the thread soon."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def run(self) -> None:
        """The thread."""
        reader: Reader | None = None
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stopped or self._waiting)
                self._rest()
                if self._stopped:
                    break
                job, wanted, around = self.job, self._wanted, self._around
                exchanges, self._waiting = tuple(self._waiting.values()), {}
                self._is_new = False
            try:
                reader = reader or Reader(self._path)
                self._search(reader, job, wanted, exchanges, around)
            except CaptureError:
                continue  # the thread that follows the capture tells about it
        if reader is not None:
            reader.close()

    def _rest(self) -> None:
        """Wait until no other filter has come for a while."""
        pause = TYPING if self._is_new else PAUSE
        while self._wake.wait_for(lambda job=self.job: self._stopped or self.job != job, pause):  # type: ignore[misc]  # mypy knows no default for a lambda's parameter
            if self._stopped:
                return

    def _search(
        self, reader: Reader, job: int, wanted: Filter, exchanges: tuple[Exchange, ...], around: Surroundings
    ) -> None:
        found: set[int] = set()
        for step in search(reader, wanted, exchanges, around):
            if self._stopped or self.job != job:
                return
            new = frozenset(exchange.id for exchange in step.found)
            found |= new
            ended = step.done == step.total
            missed = frozenset(one.id for one in exchanges if one.id not in found) if ended else frozenset()
            self.mailbox.put(Findings(job, new, missed, step.done, step.total, len(step.unread)))
