"""A text handed to a program of the person's own: an editor, a pager, whatever shows images.

It gets a file of its own, which nobody else can read. An editor's is gone when the editor is.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

EDITORS = ("nano", "vim", "vi", "notepad")
PAGERS = ("less", "more")
"""Where a person has named none."""


class NoProgramError(Exception):
    """A program cannot be run; the message is a sentence for a person."""


def editor(setting: str) -> list[str]:
    """The command of the editor: the settings', else the environment's, else one that is there."""
    named = (setting, os.environ.get("VISUAL", ""), os.environ.get("EDITOR", ""))
    return _command(named, EDITORS, "an editor: set EDITOR, or editor in the settings")


def pager(setting: str) -> list[str]:
    """The command of the pager."""
    return _command(
        (setting, os.environ.get("PAGER", "")), PAGERS, "a pager: set PAGER, or pager in the settings"
    )


def run_on(command: list[str], text: str, name: str) -> str | None:
    """Runs a command on a file of that name with a text in it, and waits; what went wrong, None for nothing.

    The command has the terminal: the screen must have let go of it. To be called in the main thread.
    """
    with _file(text.encode("utf-8", "surrogateescape"), name) as path, _interrupted_alone():
        try:
            done = subprocess.run([*command, str(path)], check=False)
        except OSError as error:
            return f"{command[0]} cannot be run: {error.strerror}."
    return f"{command[0]} ended with status {done.returncode}." if done.returncode else None


def edit(command: list[str], text: str, name: str) -> str:
    """Runs an editor on a file of that name with a text in it, and waits; the text as it was left.

    Raises NoProgramError: nothing was edited then, whatever the file had. As `run_on` in all else.
    """
    with _file(text.encode("utf-8", "surrogateescape"), name) as path, _interrupted_alone():
        try:
            done = subprocess.run([*command, str(path)], check=False)
            left = path.read_bytes()
        except OSError as error:
            raise NoProgramError(f"{command[0]} cannot be run: {error.strerror}.") from None
    if done.returncode:
        raise NoProgramError(f"{command[0]} ended with status {done.returncode}; the text is as it was.")
    return left.decode("utf-8", "surrogateescape")


def show(path: Path) -> None:
    """Opens a file with the desktop's program for its kind, and does not wait. Raises NoProgramError."""
    if sys.platform == "win32":
        os.startfile(path)
        return
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        raise NoProgramError(f"There is no program here that opens it (xdg-open); it is in {path}.")
    process = subprocess.Popen(
        [opener, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # the screen's
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # it may outlive us
    )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it does not stay behind as a zombie


def _command(named: Iterable[str], usual: Iterable[str], wanted: str) -> list[str]:
    for words in named:
        try:
            command = shlex.split(words)
        except ValueError as error:
            raise NoProgramError(f"{words!r} is no command: {error}.") from None
        if command:
            return command
    found = next(filter(None, map(shutil.which, usual)), None)
    if found is None:
        raise NoProgramError(f"There is no {wanted.partition(' ')[2]}.")
    return [found]


@contextmanager
def _interrupted_alone() -> Iterator[None]:
    """Ctrl+C is the program's, though the terminal tells us as well. Not ignored: it would inherit that."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _file(data: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="inspector-") as folder:  # 0700
        path = Path(folder) / name
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        yield path
