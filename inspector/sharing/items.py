"""The items of a body's long lists, each a text by itself.

A session sends its history again with every request; what was made of an item once need not be made again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.sharing.literals import STRING

_LISTS = frozenset({"input", "messages", "output", "tools"})
_LEAST = 2**11  # characters of a body that is worth it
_SPACE = re.compile(r"[ \t\r\n]*")
_IN_PLACE = "{}"
_decode = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Item:
    """One that was cut out: where in the frame its place is, and in which list."""

    at: int
    text: str
    list: str

    @property
    def end(self) -> int:
        """The end of what stands in its place."""
        return self.at + len(_IN_PLACE)


def cut(text: str) -> tuple[str, list[Item]]:
    """The frame, a JSON object in which each item is `{}`, and the items; none of a text of another form."""
    items: list[Item] = []
    if len(text) < _LEAST or not text.startswith("{"):
        return text, items
    frame, at, size = [], 0, 0
    try:
        for name, start, end in _found(text):
            frame.append(text[at:start])
            items.append(Item(size + start - at, text[start:end], name))
            size += start - at + len(_IN_PLACE)
            at = end
    except (ValueError, RecursionError, IndexError):
        return text, []
    return _IN_PLACE.join([*frame, text[at:]]), items


def joined(frame: str, made: list[tuple[Item, str]]) -> str:
    """The body of a frame as long as the one that was cut, with these texts in the places of the items."""
    if not made:
        return frame
    texts, at = [], 0
    for item, text in made:
        texts += [frame[at : item.at], text]
        at = item.end
    return "".join([*texts, frame[at:]])


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    """List, begin and end of each. Raises ValueError and IndexError where it is no JSON object."""
    at = _past(text, 1)
    while text[at] != "}":
        name = STRING.match(text, at)
        if name is None or text[at := _past(text, name.end())] != ":":
            raise ValueError
        at = _past(text, at + 1)
        if name[0][1:-1] in _LISTS and text[at] == "[":
            at = _past(text, at + 1)
            while text[at] != "]":
                _, end = _decode(text, at)
                if text[at] == "{":
                    yield name[0][1:-1], at, end
                at = _comma(text, end, "]")
            at += 1
        else:
            _, at = _decode(text, at)
        at = _comma(text, at, "}")


def _comma(text: str, at: int, end: str) -> int:
    """Where the next one begins, or `end` is."""
    at = _past(text, at)
    if text[at] == end:
        return at
    if text[at] != ",":
        raise ValueError
    at = _past(text, at + 1)
    if text[at] == end:
        raise ValueError
    return at


def _past(text: str, at: int) -> int:
    """Past white space."""
    found = _SPACE.match(text, at)
    return found.end() if found else at
