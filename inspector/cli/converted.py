"""What a person names, as one capture that is whole: a capture itself, or what was made of other files."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import click

from inspector.capture.anew import Standing, standing
from inspector.capture.reader import Reader
from inspector.cli import progress
from inspector.cli.importing import named, told
from inspector.cli.printing import print_note
from inspector.cli.reading import open_reader

_EVERY = 0.05  # seconds between two looks at a conversion


def whole_capture(file: Path) -> Path:
    """A capture with all of `file`, converted if it has to be; what cannot be read of it is told on stderr.

    Raises a click error.
    """
    given = named((file,))
    (first, *more) = given.inputs
    if not more and given.spooled is None and first.importer.name == "capture":
        return first.given.path
    from inspector.formats.converting import convert

    try:
        with told():
            if given.spooled is None:
                path = convert(given.inputs).wait()
            else:
                path = convert(given.inputs, spooled=given.spooled.path, place=given.spooled.place).wait()
    except BaseException:
        if given.spooled is not None:
            given.spooled.path.unlink(missing_ok=True)
        raise
    _wait(path, file)
    return path


def _wait(path: Path, file: Path) -> None:
    """Until all of it is there."""
    from inspector.formats.converting import MODE

    with closing(open_reader(path)) as reader, progress.shown("reading") as tell:
        while (now := standing(path, MODE)) is Standing.FILLING:
            imports = reader.imports()
            tell(sum(each.done for each in imports), sum(each.size for each in imports) or 1)
            time.sleep(_EVERY)
        _tell_damage(reader)
    if now is not Standing.WHOLE:
        raise click.ClickException(
            f"{file} could not be read to its end; try: inspector import {file} -o NEW"
        )


def _tell_damage(reader: Reader) -> None:
    for each in reader.imports():
        for damage in each.damage:
            where = "" if damage.offset is None else f" at byte {damage.offset:,}"
            print_note(f"{each.file}{where}: {damage.text}")
