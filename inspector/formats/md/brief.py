"""JSON made short: long texts and lists lose their middle, what lies deep its content; it stays JSON.

Schemas of tools go first, texts last: what was said tells more of a session than what could have been called.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

_WIDTH = 100
_MEMBERS = 48  # of an object
_NAMED = 12  # pieces that are left out and named
_NAME = 40  # characters of a name
_SCHEMAS = frozenset({"parameters", "input_schema", "schema"})


@dataclass(frozen=True, slots=True)
class _Measure:
    letters: int
    entries: int
    levels: int
    schemas: int  # levels of a schema


# One after the other, until it fits.
_MEASURES = (
    _Measure(400, 12, 8, 8),
    _Measure(160, 8, 6, 1),
    _Measure(80, 5, 6, 0),
    _Measure(60, 3, 6, 0),
    _Measure(60, 3, 4, 0),
)


def brief(value: Any, room: int) -> tuple[str, bool]:
    """The value on lines, in about `room` characters at most, and whether that is all of it."""
    text = ""
    for measure in _MEASURES:
        short = _short(value, measure, measure.levels)
        text = _lines(short)
        if len(text) <= room:
            return text, short == value
    return cut(text, room), False


def cut(text: str, room: int) -> str:
    """The beginning of a text of lines."""
    if len(text) <= room:
        return text
    lines = text[:room].rsplit("\n", 1)[0] if "\n" in text[:room] else text[:room]
    return f"{lines}\n… ({len(text) - len(lines):,} more characters)"


def _lines(value: Any, indent: str = "") -> str:
    """JSON with what fits on a line on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    deeper = f"{indent}  "
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(name, ensure_ascii=False)}: {_lines(part, deeper)}" for name, part in value.items()
        ]
        opening, closing = "{}"
    else:
        parts = [_lines(part, deeper) for part in value]
        opening, closing = "[]"
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(parts) + f"\n{indent}{closing}"


def _short(value: Any, measure: _Measure, levels: int) -> Any:
    match value:
        case str():
            return _text(value, measure.letters)
        case dict() | list() if value and levels <= 0:
            return f"… {len(value):,} {'members' if isinstance(value, dict) else 'entries'}"
        case dict():
            return _object(value, measure, levels)
        case list() if len(value) > measure.entries:
            half = measure.entries // 2
            first = [_short(part, measure, levels - 1) for part in value[:half]]
            last = [_short(part, measure, levels - 1) for part in value[-half:]]
            return [*first, _left_out(value[half:-half]), *last]
        case list():
            return [_short(part, measure, levels - 1) for part in value]
    return value


def _object(value: dict[Any, Any], measure: _Measure, levels: int) -> dict[str, Any]:
    short = {}
    for name, part in islice(value.items(), _MEMBERS):
        deep = min(levels - 1, measure.schemas) if name in _SCHEMAS else levels - 1
        short[_text(str(name), measure.letters)] = _short(part, measure, deep)
    if len(value) > _MEMBERS:
        short["…"] = f"{len(value) - _MEMBERS:,} more members"
    return short


def _text(text: str, letters: int) -> str:
    if len(text) <= letters:
        return text
    half = letters // 2
    return f"{text[:half]} … {len(text) - 2 * half:,} characters … {text[-half:]}"


def _left_out(pieces: Sequence[Any]) -> str:
    """How many, and what they call themselves where they do."""
    count = f"… {len(pieces):,} more {'entry' if len(pieces) == 1 else 'entries'}"
    names = [_name(piece) for piece in islice(pieces, 10 * _NAMED)]
    groups = [(name, sum(1 for _ in same)) for name, same in groupby(names)]
    if not all(names) or len(groups) > _NAMED:
        return count
    words = [name if often == 1 else f"{name} \u00d7{often}" for name, often in groups]
    return f"{count}: {', '.join(words)}"


def _name(piece: Any) -> str:
    """Of a tool its name, of a message its role, of anything else its type; "" of what says none."""
    if not isinstance(piece, dict):
        return ""
    if isinstance(piece.get("function"), dict):  # of a chat request
        piece = piece["function"]
    said = piece.get("name") or piece.get("role") or piece.get("type")
    return said if isinstance(said, str) and len(said) <= _NAME else ""
