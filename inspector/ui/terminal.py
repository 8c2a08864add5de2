"""The terminal as Textual drives it on Linux and macOS, but one that may be closed under the app.

Textual writes from a thread of its own, through a queue of thirty; an error ends that thread, and then the
app waits for room in the queue for ever. Here what cannot be written is lost instead: nobody would see it.
"""

from __future__ import annotations

import contextlib
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
