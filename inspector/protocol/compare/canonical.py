"""Equal JSON values as equal texts: what comparisons are keyed by.

Python's own `==` will not do: to it 1, 1.0 and True are one value, NaN never equals itself, and nesting of a
thousand levels raises. The order of an object's members does not count.
"""

from __future__ import annotations

import json
from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))
_encode = _ENCODER.encode


def canonical(value: Any) -> str:
    """The value as compact JSON with sorted members, whatever its depth and its numbers."""
    try:
        return _encode(value)
    except (RecursionError, ValueError):
        return "".join(_pieces(value))


def surely_same(old: Any, new: Any) -> bool:
    """Whether two values are equal as JSON; a no may be wrong where NaN is inside an object or a list."""
    if old is new:
        return True
    try:
        if old != new and not isinstance(old, float):
            return False
    except RecursionError:
        pass
    return canonical(old) == canonical(new)


def size(text: str) -> int:
    """Bytes of a text in UTF-8, half a character counted as if it had a form."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


class _Verbatim(str):
    """A piece of text on the stack of values that is output already."""


def _pieces(value: Any) -> list[str]:
    """What the encoder writes, without recursion; numbers beyond its digits in hexadecimal."""
    out: list[str] = []
    stack: list[Any] = [value]
    while stack:
        piece = stack.pop()
        if isinstance(piece, _Verbatim):
            out.append(piece)
        elif isinstance(piece, dict):
            out.append("{")
            stack.append(_Verbatim("}"))
            members = sorted(piece.items(), reverse=True)
            for n, (name, member) in enumerate(members, 1):
                stack += [member, _Verbatim(f"{',' if n < len(members) else ''}{_encode(name)}:")]
        elif isinstance(piece, list):
            out.append("[")
            stack.append(_Verbatim("]"))
            for n in range(len(piece) - 1, -1, -1):
                stack += [piece[n], _Verbatim("," if n else "")]
        elif isinstance(piece, int) and not isinstance(piece, bool) and piece.bit_length() > 10_000:
            out.append(hex(piece))
        else:
            out.append(_encode(piece))
    return out
