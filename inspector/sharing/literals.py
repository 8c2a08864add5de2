"""The string literals of a JSON text, where they stand, and rewritten so that every one keeps its length.

A character that was escaped is replaced by one that is escaped in the same way; all else of the text stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.S)
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.S
)
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
DEEPEST = 400
"""Levels of nesting that are looked into; a deeper text counts as one that is no JSON."""


class Pairs(list[tuple[str, Any]]):
    """A JSON object with its members in order, also those whose name stands twice."""

    def text(self, name: str) -> str:
        """The text that it says under a name, "" for anything else; the last one counts."""
        found = ""
        for key, value in self:
            if key == name:
                found = value if type(value) is str else ""
        return found

    def get(self, name: str) -> Any:
        """What it says under a name."""
        return next((value for key, value in reversed(self) if key == name), None)


class Number(str):
    """The digits of a number; no text of the document."""

    __slots__ = ()


def parse(text: str) -> Any:
    """A JSON text as Pairs, lists, texts and Numbers. Raises ValueError."""
    try:
        value = json.loads(text, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def decoded(literal: str) -> str:
    """The text that a literal, with its quotes, stands for. Raises ValueError."""
    if "\\" not in literal:
        return literal[1:-1]
    value: str = json.loads(literal, strict=False)
    return value


def rewritten(literal: str, text: str) -> str:
    """The literal for `text`, which has as many characters as what it stood for, of the same sizes."""
    if "\\" not in literal:
        return f'"{text}"'
    return f'"{reslashed(literal[1:-1], text)}"'


def unslashed(text: str) -> str | None:
    """Any text without JSON's escapes, None where there are none."""
    if "\\" not in text:
        return None
    plain = _ESCAPE.sub(lambda found: _meant(found[0]), text)
    return None if len(plain) == len(text) else plain


def reslashed(text: str, new: str) -> str:
    """`text` where it says `new` without its escapes, which is as long as what it said: escaped as it was."""
    made, at, n = [], 0, 0
    for escape in _ESCAPE.finditer(text):
        size = escape.start() - at
        made.append(new[n : n + size])
        made.append(_unit(escape[0], new[n + size]))
        at, n = escape.end(), n + size + 1
    return "".join([*made, new[n:]])


def looks_like_json(text: str) -> bool:
    """Whether it may be an object or an array."""
    bare = text.strip()
    return bare[:1] + bare[-1:] in ("{}", "[]")


def _meant(escape: str) -> str:
    if escape[1] != "u" or len(escape) < 6:
        return _SHORT.get(escape[1], escape[1])
    units = bytes.fromhex(escape[2:6] + escape[8:12])
    return units.decode("utf-16-be", "surrogatepass")


def _unit(raw: str, one: str) -> str:
    if len(raw) > 2:
        return "".join(_escaped(raw, one))
    return raw if one == _meant(raw) else f"\\{one}"


def _escaped(raw: str, one: str) -> Iterator[str]:
    units = one.encode("utf-16-be", "surrogatepass")
    if int.from_bytes(units[:2], "big") == int(raw[2:6], 16):
        yield raw  # it stays, and so does the case of its digits
        return
    for at in range(0, len(units), 2):
        yield f"\\u{units[at]:02x}{units[at + 1]:02x}"
