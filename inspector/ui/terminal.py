"""The terminal as Textual drives it on Linux and macOS, but one that may be closed under the app.

Textual writes from a thread of its own, through a queue of thirty; an error ends that thread, and then the
app waits for room in the queue for ever. Here what cannot be written is lost instead: nobody would see it.

And it takes any SIGCONT for the end of its own pause, and starts its threads once more: a second one that
reads keys, which nobody ends. But the system sends one with every SIGHUP, and people send it as they like. It
does so in the middle of whatever the signal interrupts: within the queue of writes it would wait for itself.
"""

from __future__ import annotations

import contextlib
import os
from typing import IO, Any

from textual.drivers.linux_driver import LinuxDriver


class Output:
    """A file that goes on when nobody reads it any more."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, if there is anybody to read it."""
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Flush, likewise."""
        with contextlib.suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """The file's number."""
        return self._file.fileno()


class EnduringDriver(LinuxDriver):
    """Textual's driver, with an output that endures."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._file: Any = Output(self._file)

    def _sigcont_application(self, *_: object) -> None:
        """Go on once the loop has its turn, if it ever has one again."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._take_terminal)

    def _take_terminal(self) -> None:
        """Take the terminal again, if there is one; what was not let go of by itself is let go of first."""
        if self._app._exit or not os.isatty(self.fileno):
            return
        if self._auto_restart and not self._must_signal_resume:
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application()
