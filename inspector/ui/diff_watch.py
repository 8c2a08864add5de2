"""The thread that reads two exchanges and compares them: at once, and again when both have ended.

While it compares it tells how far it is, and ends soon when told to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inspector.capture.compared import compare_exchanges
from inspector.capture.model import Outcome
from inspector.capture.posted import whole
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.ui.mailbox import Mailbox
from inspector.ui.view.diff.content import DiffContent, diff_content
from inspector.ui.view.progress import AFTER, EVERY

POLL = 0.25


@dataclass(frozen=True, slots=True)
class Compared:
    """What there is to show, or in one sentence why there is nothing."""

    content: DiffContent | None
    problem: str = ""
    progress: tuple[int, int] | None = None  # items that have been compared, of how many


def join(earlier: Compared, later: Compared) -> Compared:
    """A difference stays until there is another one."""
    return earlier if later.progress is not None and earlier.content is not None else later


class _Stopped(Exception):
    """Nobody wants the difference any more."""


class DiffWatch:
    """Compares `older` with `newer`; what it found waits in `mailbox`."""

    def __init__(self, path: Path, older: int, newer: int, bell: Callable[[], object]) -> None:
        self.mailbox: Mailbox[Compared] = Mailbox(join, bell)
        self._path = path
        self._numbers = (older, newer)
        self._stopped = threading.Event()
        self._next_word = 0.0

    def stop(self) -> None:
        """End the thread soon."""
        self._stopped.set()

    def run(self) -> None:
        """The thread."""
        try:
            reader = Reader(self._path)
        except CaptureError as error:
            self.mailbox.put(Compared(None, str(error)))
            return
        try:
            while self._compare(reader) and self._wait(reader):
                pass
        except _Stopped:
            pass  # the screen is gone
        except CaptureError as error:
            self.mailbox.put(Compared(None, str(error)))
        except KeyError as error:
            self.mailbox.put(Compared(None, f"The capture has no exchange {error} any more."))
        finally:
            reader.close()

    def _compare(self, reader: Reader) -> bool:
        """Whether more is to come."""
        old, new = (whole(reader, reader.detail(number)) for number in self._numbers)
        self._next_word = time.monotonic() + AFTER
        self.mailbox.put(Compared(diff_content(compare_exchanges(old, new, self._tell))))
        return Outcome.OPEN in (old.exchange.outcome, new.exchange.outcome)

    def _tell(self, done: int, total: int) -> None:
        """Between two items."""
        if self._stopped.is_set():
            raise _Stopped
        now = time.monotonic()
        if now >= self._next_word:
            self._next_word = now + EVERY
            self.mailbox.put(Compared(None, progress=(done, total)))

    def _wait(self, reader: Reader) -> bool:
        """Until both have ended; False when told to stop before."""
        while not self._stopped.wait(POLL):
            if all(reader.exchange(number).outcome is not Outcome.OPEN for number in self._numbers):
                return True
        return False
