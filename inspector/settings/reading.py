"""The settings file to a value: what is right of it counts, and what is wrong is told with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from inspector import folders
from inspector.settings.known import Known
from inspector.settings.model import Column, Price, Settings
from inspector.settings.places import places
from inspector.settings.problem import Problem, SettingsError, close_ones

Place = tuple[str, ...]

_TABLES = ("families", "prices", "keys")
_WANTED = {
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "float_type": "a number",
    "finite_number": "a number",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number from {ge:g} on",
    "tuple_type": "a list in [ ]",
    "dict_type": "a table",
    "model_type": "a table such as {{ input = 1.0, output = 8.0 }}",
}


def path() -> Path:
    """The settings file, whether it is there or not."""
    return folders.config() / "config.toml"


def load(file: Path | None = None, known: Known | None = None) -> Settings:
    """The settings of `file`, else of the person's own; without a file, what holds without one.

    SettingsError tells everything that is wrong with it, and has the settings to go on with.
    """
    file = file or path()
    try:
        text = file.read_bytes().decode().removeprefix("\ufeff")
        data = tomllib.loads(text)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(file, [Problem(f"it cannot be read: {error.strerror}")], Settings()) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(file, [Problem("it is not UTF-8", line=line)], Settings()) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(file, [_syntax(text, str(error))], Settings()) from None
    except RecursionError:
        raise SettingsError(file, [Problem("it is nested too deeply")], Settings()) from None
    settings, wrong = _settings(data, known or Known())
    if wrong:
        lines = places(text)
        problems = [Problem(words, ".".join(place), _line(lines, place)) for place, words in wrong]
        raise SettingsError(file, sorted(problems, key=lambda one: one.line or 0), settings)
    return settings


def _settings(data: dict[str, Any], known: Known) -> tuple[Settings, list[tuple[Place, str]]]:
    """What of it is right, and the places and words of what is not."""
    data = {name: _flat(value) if name in _TABLES else value for name, value in data.items()}
    wrong: dict[Place, str] = {}
    while True:
        try:
            settings = Settings.model_validate(data)
            found = list(known.misses(settings))
        except ValidationError as error:
            found = [_told(each) for each in error.errors(include_url=False)]
        if not found:
            return settings, list(wrong.items())
        for place, words in found:
            wrong.setdefault(place, words)
            _take_out(data, place)


def _flat(value: Any) -> Any:
    """A table of names that may have dots: `[keys] pane.copy = "y"` means the same as `"pane.copy" = "y"`."""
    return dict(_leaves(value)) if isinstance(value, dict) else value


def _leaves(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and value and not value.keys() & Price.model_fields.keys():
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _take_out(data: dict[str, Any], place: Place) -> None:
    name, *within = place
    if within and isinstance(data.get(name), dict):
        data[name].pop(within[0], None)
    else:
        data.pop(name, None)


def _told(error: ErrorDetails) -> tuple[Place, str]:
    """The place of a setting, without the numbers in lists, and what is wrong with it."""
    place = tuple(part for part in error["loc"] if isinstance(part, str))
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        fields = Price.model_fields if len(place) > 1 else Settings.model_fields
        return place, f"there is no such setting{close_ones(place[-1], fields)}"
    if kind == "missing":
        return place[:-1], f"has no {place[-1]!r}"
    if kind == "enum" or (kind == "value_error" and place == ("sort",)):
        names = [column.value for column in Column]
        name = given.removeprefix("-") if isinstance(given, str) else given
        close = close_ones(str(name), names) or f"; there are {', '.join(names)}"
        return place, f"there is no column {name!r}{close}"
    if kind == "value_error":
        return place, str(error["ctx"]["error"])
    if kind == "too_short":
        return place, "is empty; it takes one at least"
    if kind in _WANTED:
        wanted = _WANTED[kind].format_map(error.get("ctx", {}))
        return place, f"takes {wanted}, not {_shown(given)}"
    return place, f"{error['msg'][0].lower()}{error['msg'][1:]}, not {_shown(given)}"


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case list():
            return "a list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _line(lines: dict[str, int], place: Place) -> int | None:
    """The line of the place, or of what contains it."""
    for end in range(len(place), 0, -1):
        if (line := lines.get(".".join(place[:end]))) is not None:
            return line
    return None


def _syntax(text: str, said: str) -> Problem:
    """What tomllib says, which ends with the place."""
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", said)
    if found is None:
        return Problem(f"it is not TOML: {said}")
    line = int(found[1]) if found[1] else text.count("\n") + 1
    return Problem(f"it is not TOML: {said[: found.start()]}", line=line)
