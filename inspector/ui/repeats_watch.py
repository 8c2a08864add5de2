"""The thread that finds out what the selected request repeats of the one before it.

It begins when the request is on screen already: telling old from new takes reading two requests, which
nobody shall wait for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inspector.capture.model import Leg
from inspector.capture.predecessor import predecessor
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.ui.mailbox import Mailbox
from inspector.ui.view.panes import read_body
from inspector.ui.view.repeats import repeated

FURTHEST = 64  # exchanges of the session that are looked at for the one before


@dataclass(frozen=True, slots=True)
class Repeats:
    """The pieces of an exchange's request that are repeated, as pointers; none of the first of a session."""

    exchange_id: int
    pointers: frozenset[str]


class RepeatsWatch:
    """Compares what `want` names; what it found waits in `mailbox`."""

    def __init__(self, path: Path, bell: Callable[[], object]) -> None:
        self.mailbox: Mailbox[Repeats] = Mailbox(lambda _, later: later, bell)
        self._path = path
        self._wake = threading.Condition()
        self._wanted: int | None = None
        self._stopped = False

    def want(self, exchange_id: int) -> None:
        """Compare this one now; what was wanted before is not any more."""
        with self._wake:
            self._wanted = exchange_id
            self._wake.notify()

    def stop(self) -> None:
        """End the thread soon."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def run(self) -> None:
        """The thread."""
        reader: Reader | None = None
        while (wanted := self._next()) is not None:
            try:
                reader = reader or Reader(self._path)
                self.mailbox.put(Repeats(wanted, _repeated(reader, wanted)))
            except (CaptureError, KeyError):
                continue  # the thread that follows the capture tells about it
        if reader is not None:
            reader.close()

    def _next(self) -> int | None:
        """The next to compare; None when told to stop."""
        with self._wake:
            while self._wanted is None and not self._stopped:
                self._wake.wait()
            wanted, self._wanted = self._wanted, None
            return None if self._stopped else wanted


def _repeated(reader: Reader, wanted: int) -> frozenset[str]:
    exchange = reader.exchange(wanted)
    before = predecessor(exchange, reader.before(exchange, FURTHEST))
    if before is None:
        return frozenset()
    old, new = (read_body(reader.message(each.id, Leg.REQUEST)).value for each in (before, exchange))
    return repeated(old, new)
