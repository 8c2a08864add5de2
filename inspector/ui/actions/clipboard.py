"""Taking a copy: the terminal is asked for it, the machine's clipboard gets it, or a file, or a command.

Whether a terminal took what it was asked to take, it does not say. So where no clipboard of the machine's is
known to have the copy, it is in a file as well, and the person is told where.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pyperclip  # type: ignore[import-untyped]  # it has no types

from inspector import folders

TERMINAL, FILE = "terminal", "file"
"""What the settings call the two ways that are no commands."""

PATIENCE = 5.0  # seconds that a command may take


def machine_takes(text: str) -> bool:
    """Puts a text into the machine's clipboard; whether it is there then."""
    try:
        pyperclip.copy(text)
        return bool(pyperclip.paste() == text)
    except (pyperclip.PyperclipException, OSError, subprocess.SubprocessError, UnicodeError):
        return False  # there is none: the usual case on a server


def take(text: str, setting: str, suffix: str = ".txt") -> str:
    """Takes a copy, by the setting `clipboard`; where it is, to be said after "Copied ...". May block.

    With TERMINAL, the terminal has been asked already. Raises OSError when there is no place for it.
    """
    if setting == TERMINAL:
        if machine_takes(text):
            return ""
        return f", if this terminal takes copies; it is in {_file(text, suffix)} as well"
    if setting == FILE:
        return f" to {_file(text, suffix)}"
    if (problem := _command_takes(text, setting)) is None:
        return ""
    return f" to {_file(text, suffix)}: {problem}"


def _command_takes(text: str, command: str) -> str | None:
    """Gives a command the text; why it did not take it, None when it did."""
    name, *rest = shlex.split(command)
    try:
        done = subprocess.run(
            [name, *rest],
            input=text.encode("utf-8", "surrogateescape"),
            stdout=subprocess.DEVNULL,  # the screen's; and some stay behind to serve the copy
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{name} took longer than {PATIENCE:.0f} s"
    except OSError as error:
        return f"{name} cannot be run ({error.strerror})"
    return f"{name} ended with status {done.returncode}" if done.returncode else None


def _file(text: str, suffix: str) -> Path:
    """Writes it into our folder, in the place of the copy before."""
    path = folders.copies() / f"copy{suffix}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
    return path
