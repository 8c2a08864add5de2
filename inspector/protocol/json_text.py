"""JSON text that cannot surprise: the one place that knows how JSON fails to be read and written.

pydantic's parser and writer do the work, three to five times faster than the standard library's. They refuse
what is rare and still JSON to us, so that whatever they refuse is asked of the standard library, whose word
counts: halves of characters (`"\\ud800"`), nesting of more than 200 levels. Where both can read a text they
read the same (fuzzed). Neither may surprise: deep nesting raises RecursionError in the standard library (in
Python 3.11 from about a thousand levels), numbers of more than 4,300 digits ValueError, lone surrogates fail
only when they are encoded. Here every failure to read or write is a ValueError, and what is written always
encodes. Nor does a text of many megabytes become a value of twenty times its memory: one that is made of
little but brackets and commas is refused.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from pydantic_core import from_json, to_json

from inspector.protocol.report import escape

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode
_raw_decode = json.JSONDecoder().raw_decode

_LARGE = 2**23  # characters
_MOST = 2**22  # of the marks of which each may begin a value; requests have one in seventy characters


class Unwritable(ValueError):
    """A value that JSON has no form for, or that nests too deeply to be written."""


def parse(text: str | bytes) -> Any:
    """The value of a JSON text; ValueError, whatever is wrong with it. Bytes are UTF-8, a mark may lead."""
    if len(text) > _LARGE and _marks(text) > _MOST:
        raise ValueError(f"made of more than {_MOST:,} values")
    try:
        return from_json(text, cache_strings="keys")
    except (ValueError, TypeError):  # TypeError: half a character in a str
        try:
            return _decode(text if isinstance(text, str) else text.decode("utf-8-sig"))
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _marks(text: str | bytes) -> int:
    if isinstance(text, str):
        return sum(map(text.count, "{[,"))
    return sum(map(text.count, (b"{", b"[", b",")))


def parse_object(text: str | bytes) -> dict[str, Any] | None:
    """The object that a JSON text is, None for anything else. Bytes that are no UTF-8 become U+FFFD."""
    try:
        value = parse(text)
    except UnicodeDecodeError:
        return parse_object(text.decode("utf-8-sig", "replace")) if isinstance(text, bytes) else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def in_a_row(text: str) -> list[str]:
    """The JSON texts of which a text consists, one right behind the other; a rest that is none as it is."""
    found: list[str] = []
    at = 0
    while at < len(text):
        try:
            _, end = _raw_decode(text, at)
        except (ValueError, RecursionError):
            end = len(text)
        found.append(text[at:end])
        at = end
    return found


def write(value: object) -> str:
    """Compact JSON, not escaped to ASCII; Unwritable for what JSON has no form for."""
    try:
        return to_json(value).decode()
    except ValueError:
        return _write_slowly(value)


def to_bytes(value: object) -> bytes:
    """Compact JSON in UTF-8; lone surrogates, which UTF-8 has no form for, become question marks."""
    try:
        return to_json(value)
    except ValueError:
        return _write_slowly(value).encode("utf-8", "replace")


def _write_slowly(value: object) -> str:
    try:
        return _encode(value)
    except (RecursionError, TypeError) as error:
        raise Unwritable(f"not to be written as JSON: {error}") from None


def endless_number(value: object) -> str | None:
    """The pointer of a number that JSON has no form for, NaN or infinite; None where all are finite.

    Both parsers read them, from `NaN` and from `1e999`, and both writers write what no other parser takes.
    """
    containers: list[Any] = [[value]]
    for container in containers:
        for one in container.values() if type(container) is dict else container:
            kind = type(one)
            if kind is dict or kind is list:
                containers.append(one)
            elif kind is float and not isfinite(one):
                return _endless(value)
    return None


def _endless(value: object) -> str | None:
    """The same with its place, which few values are worth."""
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        at, one = stack.pop()
        if isinstance(one, dict):
            stack += [(f"{at}/{escape(str(key))}", member) for key, member in reversed(one.items())]
        elif isinstance(one, list):
            stack += [(f"{at}/{n}", one[n]) for n in range(len(one) - 1, -1, -1)]
        elif isinstance(one, float) and not isfinite(one):
            return at
    return None


def is_shallow(value: object, levels: int = 200) -> bool:
    """Whether `value` nests at most so deep: such a value can be written on any interpreter."""
    layer: list[Any] = [value]
    for _ in range(levels + 1):
        layer = [element for element in layer if isinstance(element, (dict, list))]
        if not layer:
            return True
        layer = [
            child
            for element in layer
            for child in (element.values() if isinstance(element, dict) else element)
        ]
    return False
