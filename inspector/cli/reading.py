"""Reading what a person names on the command line, with one sentence where it cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

import click

from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError


def json_object(source: BinaryIO) -> dict[str, Any]:
    """The JSON object in a file; a click error says which file, line and column where there is none."""
    name = getattr(source, "name", "standard input")
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
        raise click.ClickException(str(error)) from None


def exchange_number(reader: Reader, text: str) -> int:
    """The number that a person gave; a click error, with those that there are, where there is no such."""
    numbers = {str(exchange.id): exchange.id for exchange in reader.exchanges()}
    if text not in numbers:
        held = (
            f"it holds {min(numbers.values())} to {max(numbers.values())}" if numbers else "it holds none yet"
        )
        raise click.ClickException(f"the capture has no exchange {text!r}; {held}")
    return numbers[text]
