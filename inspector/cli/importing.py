"""Files of other programs on the command line: paths, folders, a pipe; one sentence where that fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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
        if PIPE not in files:
            return Named(choose(files))
        if len(files) > 1:
            raise click.UsageError("- is standard input: it cannot be read together with files")
        return _piped()


@contextmanager
def told() -> Iterator[None]:
    """What cannot be read is a click error."""
    try:
        yield
    except ForeignFile as error:
        raise click.ClickException(str(error)) from None


def _piped() -> Named:
    from inspector.formats.spooling import spool

    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("- is standard input, and nothing is piped into it")
    spooled = spool(sys.stdin.buffer)
    try:
        return Named([chosen(spooled.path, str(PIPE))], spooled)
    except ForeignFile:
        spooled.path.unlink()
        raise ForeignFile("What came through standard input is in no format that can be read here.") from None
