"""The settings file with everything in it, explained: made from the model, so that it cannot say otherwise.

Prose begins with `# `, a setting with `#` and no space: taken away, the setting holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from pydantic.fields import FieldInfo

from inspector.settings.key_names import written
from inspector.settings.known import Known
from inspector.settings.model import Column, Settings

WIDTH = 100

_OPENING = (
    "The settings of codex-azure-inspector. A line that begins with # and no space shows what holds anyway, "
    "or an example: take away the # and write what you want. `inspector config --check` says what is wrong."
)


def documented(known: Known | None = None) -> str:
    """The whole file; with `known`, the themes and every action with its keys are in it too."""
    known = known or Known()
    lines = [*_prose(_OPENING)]
    for name, field in Settings.model_fields.items():
        lines += ["", *_prose(field.description or "")]
        lines += _table(name, field, known) if field.examples else _entry(name, field, known)
    return "\n".join(lines) + "\n"


def _entry(name: str, field: FieldInfo, known: Known) -> Iterator[str]:
    if name == "theme" and known.themes:
        yield from _prose(f"There are: {', '.join(known.themes)}.")
    if name == "columns":
        yield from _aligned((f"  {column.value}", column.about) for column in Column)
    yield f"#{name} = {_toml(field.default)}"


def _table(name: str, field: FieldInfo, known: Known) -> Iterator[str]:
    yield f"[{name}]"
    if name == "keys" and known.bindings:
        yield from _side_by_side(
            [
                (f"#{_toml(one.id)} = {_toml([*map(written, one.keys)])}", f"# {one.about}")
                for one in known.bindings
            ]
        )
        return
    for example in field.examples or ():
        yield from (f"#{_toml(key)} = {_toml(value)}" for key, value in example.items())


def _prose(text: str) -> Iterator[str]:
    return (f"# {line}" for line in wrap(text, WIDTH - 2, break_long_words=False, break_on_hyphens=False))


def _aligned(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"# {line}" for line in _side_by_side(list(pairs)))


def _side_by_side(pairs: list[tuple[str, str]]) -> Iterator[str]:
    width = max((len(left) for left, _ in pairs), default=0)
    return (f"{left:<{width}}  {right}" for left, right in pairs)


def _toml(value: Any) -> str:
    """A value on one line of TOML."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)
        case tuple() | list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{_name(key)} = {_toml(each)}' for key, each in value.items())} }}"
    return str(value)


def _name(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key)
