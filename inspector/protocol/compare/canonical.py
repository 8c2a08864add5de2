"""Equal JSON values as equal texts: what comparisons are keyed by.

Python's own `==` will not do: to it 1, 1.0 and True are one value, NaN never equals itself, and nesting of a
thousand levels raises.
"""

from __future__ import annotations

import json
from typing import Any

from inspector.protocol.json_text import Unwritable, write

_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))
_encode = _ENCODER.encode


def canonical(value: Any) -> str:
    """The value as compact JSON with sorted members, whatever its depth and its numbers."""
    try:
        return _encode(value)
    except (RecursionError, ValueError):
        return "".join(_pieces(value))


def verbatim(value: Any) -> str:
    """The value as compact JSON, members in the order in which they came: several times as fast."""
    try:
        return write(value)
    except Unwritable:
        return canonical(value)


def same(old: Any, new: Any) -> bool:
    """Whether two values are equal as JSON; the order of an object's members does not count."""
    if type(old) is not type(new):
        return False
    if isinstance(old, dict | list | float):
        return old is new or canonical(old) == canonical(new)
    return bool(old == new)


def size(text: str) -> int:
    """Bytes of a text in UTF-8, half a character counted as if it had a form."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


class _Written(str):
    """A piece of text on the stack of values that is output already."""


def _pieces(value: Any) -> list[str]:
    """What the encoder writes, without recursion; numbers beyond its digits in hexadecimal."""
    out: list[str] = []
    stack: list[Any] = [value]
    while stack:
        piece = stack.pop()
        if isinstance(piece, _Written):
            out.append(piece)
        elif isinstance(piece, dict):
            out.append("{")
            stack.append(_Written("}"))
            members = sorted(piece.items(), key=lambda member: member[0], reverse=True)
            for n, (name, member) in enumerate(members, 1):
                stack += [member, _Written(f"{',' if n < len(members) else ''}{_encode(name)}:")]
        elif isinstance(piece, list):
            out.append("[")
            stack.append(_Written("]"))
            for n in range(len(piece) - 1, -1, -1):
                stack += [piece[n], _Written("," if n else "")]
        elif isinstance(piece, int) and not isinstance(piece, bool) and piece.bit_length() > 10_000:
            out.append(hex(piece))
        else:
            out.append(_encode(piece))
    return out
