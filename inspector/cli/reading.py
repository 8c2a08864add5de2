"""Reading what a person names on the command line, with one sentence where it cannot be used."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any, BinaryIO

import click

from inspector import folders
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError


def as_listed(path: Path) -> Path:
    """The capture that `inspector captures` lists by this name, where `path` itself is not there."""
    if os.path.exists(path) or path.name != str(path):
        return path
    listed = folders.captures() / path
    return listed if os.path.exists(listed) else path


class CaptureFile(click.Path):
    """A capture that is there: by its path, or by the name that `inspector captures` lists it by."""

    def __init__(self, *, dir_okay: bool = False, allow_dash: bool = False) -> None:
        super().__init__(exists=True, dir_okay=dir_okay, allow_dash=allow_dash, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if self.allow_dash and str(value) == "-":
            return Path(value)
        path = as_listed(Path(value))
        if not os.path.exists(path):
            said = f"{str(path)!r} does not exist; `inspector captures` lists what was recorded"
            self.fail(said, param, ctx)
        return super().convert(path, param, ctx)


class WrittenCapture(click.Path):
    """A capture to write, there or not: a database, which no pipe can take."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if str(value) == "-":
            self.fail("a capture is a database, and cannot go to standard output: name a file", param, ctx)
        return super().convert(value, param, ctx)


CAPTURE_FILE = CaptureFile()
"""The type of an argument that names a capture to read."""

WRITTEN_CAPTURE = WrittenCapture()
"""The type of an option that names a capture to write."""


def name_of(source: BinaryIO) -> str:
    """What a person calls the source of a command: its path, or standard input."""
    name = getattr(source, "name", "<stdin>")
    return "standard input" if name == "<stdin>" else str(name)


def json_object(source: BinaryIO) -> dict[str, Any]:
    """The JSON object in a file; a click error says which file, line and column where there is none."""
    name = name_of(source)
    try:
        value = json.loads(source.read())
    except json.JSONDecodeError as error:
        raise click.ClickException(
            f"{name} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{name} is not UTF-8 at byte {error.start}; JSON has to be") from None
    except RecursionError:
        raise click.ClickException(f"{name} is nested too deeply to be read as JSON") from None
    if not isinstance(value, dict):
        raise click.ClickException(f"{name} holds no JSON object; a request body starts with '{{'")
    return value


def open_reader(path: Path) -> Reader:
    """A reader of a capture; a click error where the file is not one."""
    try:
        return Reader(path)
    except CaptureError as error:
        raise click.ClickException(f"{error}{_way_in(path)}") from None


def _way_in(path: Path) -> str:
    """What makes a capture of a file of another program; "" of all other files."""
    from inspector.formats.importing import ForeignFile
    from inspector.formats.own import CaptureImporter
    from inspector.formats.registry import recognise

    try:
        if recognise(path).name == CaptureImporter.name:
            return ""
    except ForeignFile:
        return ""
    return f" One is made of it by: inspector import {shlex.quote(str(path))} -o CAPTURE"


def exchange_number(reader: Reader, text: str) -> int:
    """The number that a person gave; a click error, with those that there are, where there is no such."""
    numbers = {str(exchange.id): exchange.id for exchange in reader.exchanges()}
    if text not in numbers:
        held = (
            f"it holds {min(numbers.values())} to {max(numbers.values())}" if numbers else "it holds none yet"
        )
        raise click.ClickException(f"the capture has no exchange {text!r}; {held}")
    return numbers[text]
