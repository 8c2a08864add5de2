"""Foreign files opened as captures: a process of its own fills a capture of the cache, so that a screen can
show it from the first exchange on, and never stands still for it.

Whoever opens the same files meanwhile follows the same capture. The process goes on when the screen is left:
the next time all is there.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from inspector import interpreter
from inspector.capture.anew import Standing, standing
from inspector.formats import cache
from inspector.formats.choosing import Chosen
from inspector.formats.importing import ForeignFile

MODE = "import"
"""That of the recorders which read files in."""


@dataclass(slots=True)
class Conversion:
    """A capture that is there, or is coming."""

    path: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        """The process that reads the files; None where none had to be started."""
        return self._process.pid if self._process else None

    def wait(self) -> Path:
        """Waits until the capture can be opened, which is soon. Raises ForeignFile when it cannot be."""
        if self._process is None:
            return self.path
        assert self._process.stdout is not None
        with self._process.stdout:
            said = self._process.stdout.readline()
        try:
            told = json.loads(said)
        except ValueError:
            told = {"failed": "The files could not be read: the process that was to do it ended at once."}
        if "failed" in told:
            raise ForeignFile(str(told["failed"]))
        return self.path


def convert(
    inputs: Sequence[Chosen], *, spooled: Path | None = None, place: Path | None = None
) -> Conversion:
    """The capture of these inputs, converted now or before.

    `spooled` is a file that is deleted when it has been read; `place` is where the capture is to be, if not
    where the inputs' content says. Raises ForeignFile.
    """
    try:
        path = place or cache.place_of(inputs)
        cache.prune(path)
        if standing(path, MODE) in (Standing.WHOLE, Standing.FILLING):
            cache.used(path)
            if spooled is not None:
                spooled.unlink()
            return Conversion(path)
        return Conversion(path, _started(inputs, path, spooled))
    except OSError as error:
        raise ForeignFile(
            f"{error.filename or 'The cache folder'} cannot be used: {error.strerror}."
        ) from None


def _started(inputs: Sequence[Chosen], path: Path, spooled: Path | None) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        interpreter.command("inspector.formats"),
        env=interpreter.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what goes wrong it tells on stdout, and notes in the capture
        start_new_session=True,
    )
    threading.Thread(target=process.wait, name="import's end", daemon=True).start()
    told = [
        [each.given.name, str(each.given.path.absolute()), each.given.size, each.importer.name]
        for each in inputs
    ]
    orders = {"capture": str(path), "inputs": told, "spooled": str(spooled) if spooled else None}
    assert process.stdin is not None
    try:
        with process.stdin:
            process.stdin.write(json.dumps(orders).encode())
    except BrokenPipeError:
        pass  # it ended already, and stdout is empty
    return process
