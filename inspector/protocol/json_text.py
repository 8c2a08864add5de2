"""JSON text that cannot surprise: the one place that knows how the standard library's json fails.

Deeply nested JSON raises RecursionError (in Python 3.11 from about a thousand levels), numbers of more than
4,300 digits ValueError, lone surrogates only when they are encoded. Here every failure to read is a
ValueError, and what is written always encodes.
"""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode


def parse(text: str) -> Any:
    """The value of a JSON text; ValueError, whatever is wrong with it."""
    try:
        return _decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def parse_object(text: str | bytes) -> dict[str, Any] | None:
    """The object that a JSON text is, None for anything else. Bytes are UTF-8, with or without a mark."""
    try:
        value = parse(text if isinstance(text, str) else text.decode("utf-8-sig", "replace"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def write(value: object) -> str:
    """Compact JSON, not escaped to ASCII; ValueError for what JSON has no form for."""
    try:
        return _encode(value)
    except (RecursionError, TypeError) as error:
        raise ValueError(f"not to be written as JSON: {error}") from None


def to_bytes(value: object) -> bytes:
    """Compact JSON in UTF-8; lone surrogates, which UTF-8 has no form for, become question marks."""
    return write(value).encode("utf-8", "replace")


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
