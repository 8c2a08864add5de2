"""Traffic on stdout: JSON that can always be written, and text that no terminal obeys."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

import click

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, format and bidi marks, half characters, separators


def print_json(value: Any) -> None:
    """Print JSON, in UTF-8 in any locale; half an emoji makes all of it ASCII, with escapes."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = json.dumps(value, indent=2).encode()
    click.echo(data)


def print_json_line(value: Any) -> None:
    """The same on one line, at once: for records of which more follow."""
    try:
        data = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        data = json.dumps(value).encode()
    click.echo(data)


def print_text(text: str) -> None:
    """Print text for a person; what a terminal would act on, or cannot show, appears as an escape."""
    _print(text, "\n\t")


def print_line(text: str) -> None:
    """The same for what must stay one line."""
    _print(text, "")


def print_note(text: str) -> None:
    """The same on stderr, for a remark that may quote traffic."""
    _print(text, "", err=True)


def counted(count: int, one: str) -> str:
    """`1 exchange`, `3,818 exchanges`."""
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def visible(text: str, kept: str = "\n\t") -> str:
    """The text with escapes for what a terminal would act on, or cannot show, but for the `kept`."""
    return "".join(_shown(character, kept) for character in text)


def _print(text: str, kept: str, *, err: bool = False) -> None:
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    shown = visible(text, kept)
    click.echo(shown.encode(encoding, "backslashreplace").decode(encoding), err=err)


def _shown(character: str, kept: str) -> str:
    if character in kept or unicodedata.category(character) not in _INVISIBLE:
        return character
    return character.encode("unicode_escape").decode("ascii")
