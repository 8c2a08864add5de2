"""Files of other programs on the command line: paths, folders, a pipe; one sentence where that fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from inspector.cli.reading import CaptureFile
from inspector.formats.choosing import choose, chosen
from inspector.formats.importing import ForeignFile

if TYPE_CHECKING:
    from inspector.formats.choosing import Chosen
    from inspector.formats.spooling import Spooled

PIPE = Path("-")

FOREIGN_FILE = CaptureFile(dir_okay=True, allow_dash=True)
"""The type of an argument that names something to read in: a file, a folder, `-` for a pipe."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the arguments of a command came to. `spooled`: what came through the pipe, till it is read."""

    inputs: Sequence[Chosen]
    spooled: Spooled | None = None


def named(files: Sequence[Path]) -> Named:
    """The inputs that these arguments name; a click error where one cannot be read."""
    with told():
        pipes = [file for file in files if file == PIPE or file.is_fifo()]
        if not pipes:
            return Named(choose(files))
        if len(files) > 1:
            what = "standard input" if pipes[0] == PIPE else "a pipe"
            raise click.UsageError(f"{pipes[0]} is {what}: it cannot be read together with files")
        return _standard_input() if pipes[0] == PIPE else _named_pipe(pipes[0])


@contextmanager
def told() -> Iterator[None]:
    """What cannot be read is a click error."""
    try:
        yield
    except ForeignFile as error:
        raise click.ClickException(str(error)) from None


def _standard_input() -> Named:
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("- is standard input, and nothing is piped into it")
    return _piped(sys.stdin.buffer, "Standard input")


def _named_pipe(path: Path) -> Named:
    """As a shell makes one of `<(command)`: what comes through it comes once."""
    try:
        with path.open("rb") as source:
            return _piped(source, str(path))
    except OSError as error:
        raise ForeignFile(f"{path} cannot be read: {error.strerror or error}.") from None


def _piped(source: BinaryIO, called: str) -> Named:
    from inspector.formats.spooling import spool

    spooled = spool(source, called)
    try:
        return Named([chosen(spooled.path, str(PIPE))], spooled)
    except ForeignFile:
        spooled.path.unlink()
        raise ForeignFile(f"{called} is in no format that can be read here.") from None
