"""The notation of mitmproxy's flow files, a value `LENGTH:DATA` and a tag, in memory and as bytes to write.

| tag | value | tag | value |
|---|---|---|---|
| `,` | bytes | `!` | true or false |
| `;` | text, UTF-8 | `~` | nothing |
| `#` | whole number | `]` | list: values in a row |
| `^` | decimal number | `}` | dictionary: key, value, key, value ... |

Of a dictionary only what is wanted is decoded; what is not is passed over by its length, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

BYTES, TEXT, WHOLE, DECIMAL, TRUTH, NOTHING, LIST, DICTIONARY = b",;#^!~]}"
CONTAINERS = frozenset({LIST, DICTIONARY})
DEEPEST = 32
_LONGEST_NUMBER = 40  # digits

LENGTH = re.compile(rb"([0-9]{1,12}):")
# A key and the length of its value at one go: that is how a flow's dictionaries are.
PAIR = re.compile(rb"([0-9]{1,2}):([a-z0-9_]{1,40})[;,]([0-9]{1,12}):")

Wanted = Mapping[str, "Wanted | None"]
"""The keys that are wanted of a dictionary, and what of their values; None: everything."""


class Broken(Exception):
    """These bytes are no such value. `at`: the offset where that shows; the message: why, no subject."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at


def decode(data: bytes, tag: int, start: int, stop: int, wanted: Wanted | None, depth: int = 0) -> Any:
    """The value between `start` and `stop`. Raises Broken."""
    if tag == BYTES:
        return data[start:stop]
    if tag == TEXT:
        return data[start:stop].decode("utf-8", "replace")
    if tag == DICTIONARY:
        return _dictionary(data, start, stop, wanted, depth + 1)
    if tag == LIST:
        return _list(data, start, stop, depth + 1)
    return scalar(data[start:stop], tag, start)


def scalar(data: bytes, tag: int, at: int) -> Any:
    """A number, a truth or nothing; `at` is where it stands. Raises Broken."""
    try:
        if tag == NOTHING and not data:
            return None
        if tag == TRUTH and data in (b"true", b"false"):
            return data == b"true"
        if tag == WHOLE and len(data) <= _LONGEST_NUMBER:
            return int(data)
        if tag == DECIMAL and len(data) <= _LONGEST_NUMBER:
            return float(data)
    except ValueError:
        pass
    raise Broken(at, "is no value")


def length(data: bytes, at: int, stop: int) -> tuple[int, int]:
    """Where the data of the value at `at` begins and ends, its tag being the next byte. Raises Broken."""
    begun = LENGTH.match(data, at, stop)
    if begun is None:
        raise Broken(at, "does not begin with a length")
    start = begun.end()
    end = start + int(begun[1])
    if end >= stop:
        raise Broken(at, "reaches beyond what it is part of")
    return start, end


def _dictionary(data: bytes, at: int, stop: int, wanted: Wanted | None, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        raise Broken(at, f"is nested more than {DEEPEST} deep")
    found: dict[str, Any] = {}
    while at < stop:
        pair = PAIR.match(data, at, stop)
        if pair is not None and len(pair[2]) == int(pair[1]):
            key, start = pair[2].decode("ascii"), pair.end()
            end = start + int(pair[3])
            if end >= stop:
                raise Broken(at, "reaches beyond what it is part of")
        else:
            start, end = length(data, at, stop)
            key = key_of(data[start:end], data[end], at)
            start, end = length(data, end + 1, stop)
        if wanted is None or key in wanted:
            tag = data[end]
            if tag == BYTES:  # most are
                found[key] = data[start:end]
            else:
                within = None if wanted is None else wanted[key]
                found[key] = decode(data, tag, start, end, within, depth)
        at = end + 1
    return found


def _list(data: bytes, at: int, stop: int, depth: int) -> list[Any]:
    if depth > DEEPEST:
        raise Broken(at, f"is nested more than {DEEPEST} deep")
    found: list[Any] = []
    while at < stop:
        start, end = length(data, at, stop)
        found.append(decode(data, data[end], start, end, None, depth))
        at = end + 1
    return found


def key_of(data: bytes, tag: int, at: int) -> str:
    """A dictionary's key. Raises Broken for what is no text."""
    if tag not in (BYTES, TEXT):
        raise Broken(at, "is no key")
    return data.decode("utf-8", "replace")


def encode(value: Any) -> bytes:
    """A value of such types in this notation, dictionaries from their last key to their first, as mitmproxy
    writes them. TypeError for other types.
    """
    pieces: list[bytes] = []
    _encode(value, pieces)
    pieces.reverse()
    return b"".join(pieces)


def _encode(value: Any, pieces: list[bytes]) -> int:
    """Appends the pieces of a value, the last one first, since only then its length is known; their size."""
    if isinstance(value, dict | list | tuple):
        pieces.append(b"}" if isinstance(value, dict) else b"]")
        if isinstance(value, dict):
            size = sum(_encode(each, pieces) + _encode(key, pieces) for key, each in value.items())
        else:
            size = sum(_encode(each, pieces) for each in reversed(value))
    else:
        data, tag = _plain(value)
        pieces += (tag, data)
        size = len(data)
    head = b"%d:" % size
    pieces.append(head)
    return len(head) + size + 1


def _plain(value: object) -> tuple[bytes, bytes]:
    match value:
        case None:
            return b"", b"~"
        case bool():
            return (b"true" if value else b"false"), b"!"
        case int():
            return str(value).encode(), b"#"
        case float():
            return repr(value).encode(), b"^"
        case bytes():
            return value, b","
        case str():
            return value.encode(errors="replace"), b";"
    raise TypeError(f"{type(value)} has no place in a flow file")
