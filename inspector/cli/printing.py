"""Traffic on stdout: JSON that can always be written, and text that no terminal obeys."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import click

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, format and bidi marks, half characters, separators


def print_json(value: Any) -> None:
    """Print a value as JSON, in UTF-8; half an emoji in it makes all of it ASCII with escapes."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    click.echo(text)


def print_text(text: str) -> None:
    """Print text for a person; what a terminal would act on, or not show, appears as an escape."""
    click.echo("".join(_shown(character) for character in text))


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _INVISIBLE:
        return character
    return character.encode("unicode_escape").decode("ascii")
