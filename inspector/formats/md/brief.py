"""JSON made short: long texts and lists lose their middle, what lies deep its content; it stays JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class _Measure:
    letters: int
    entries: int
    levels: int


# One after the other, until it fits.
_MEASURES = (_Measure(400, 12, 8), _Measure(160, 6, 6), _Measure(60, 3, 4))


def brief(value: Any, room: int) -> tuple[str, bool]:
    """The value on lines, in about `room` characters at most, and whether that is all of it."""
    text = ""
    for measure in _MEASURES:
        short = _short(value, measure, 0)
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


def _short(value: Any, measure: _Measure, level: int) -> Any:
    match value:
        case str() if len(value) > measure.letters:
            half = measure.letters // 2
            left_out = len(value) - 2 * half
            return f"{value[:half]} … {left_out:,} characters … {value[-half:]}"
        case dict() | list() if value and level >= measure.levels:
            return f"… {len(value):,} {'members' if isinstance(value, dict) else 'entries'}"
        case dict():
            return {str(name): _short(part, measure, level + 1) for name, part in value.items()}
        case list() if len(value) > measure.entries:
            half = measure.entries // 2
            first = [_short(part, measure, level + 1) for part in value[:half]]
            last = [_short(part, measure, level + 1) for part in value[-half:]]
            return [*first, f"… {len(value) - 2 * half:,} more entries", *last]
        case list():
            return [_short(part, measure, level + 1) for part in value]
    return value
