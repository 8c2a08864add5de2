"""Where a JSON pointer's value stands in a JSON text: offset, line and column.

Nothing is read that no pointer leads through: a container is taken apart when something inside is asked for,
its values skipped by the standard library's parser. So the work is linear, and little, however long the text.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

_skip = json.JSONDecoder(parse_int=len, parse_float=len).raw_decode  # numbers need not be understood
_scalar = re.compile(r'[^\s,\]}"{\[]+\s*,?\s*').match
_comma = re.compile(r"\s*,?\s*").match
_colon = re.compile(r"\s*:\s*").match
_LINE_END = re.compile(r"\n")


class Position(NamedTuple):
    """A character of a text: `offset` from 0, `line` and `column` from 1, in characters."""

    offset: int
    line: int
    column: int


class Positions:
    """The places of one text, which is JSON."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._inside: dict[int, Mapping[str, int]] = {}  # by the offset of a container

    def of(self, pointer: str) -> Position:
        """Where the value at a pointer begins; of what is not there, the nearest thing around it."""
        offset = self._after_space(0)
        for token in pointer[1:].split("/") if pointer else ():
            found = self._members(offset).get(token.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            offset = found
        return self.at(offset)

    def at(self, offset: int) -> Position:
        """The position of a character."""
        line = bisect_right(self._line_starts, offset)
        return Position(offset, line, offset - self._line_starts[line - 1] + 1)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self._text))]

    def _members(self, start: int) -> Mapping[str, int]:
        """Where the values of a container begin, by their token; nothing for a scalar, or what is no JSON."""
        members = self._inside.get(start)
        if members is None:
            try:
                members = self._taken_apart(start)
            except (ValueError, RecursionError):
                members = {}  # the container itself is the nearest that can be told
            self._inside[start] = members
        return members

    def _taken_apart(self, start: int) -> Mapping[str, int]:
        text = self._text
        opening = text[start : start + 1]
        if opening not in ("{", "["):
            return {}
        found: dict[str, int] = {}
        at = self._after_space(start + 1)
        while text[at : at + 1] not in ("}", "]", ""):
            if opening == "{":
                name, at = _skip(text, at)
                if not isinstance(name, str) or (colon := _colon(text, at)) is None:
                    break
                at = colon.end()
            else:
                name = str(len(found))
            found[name] = at
            further = _scalar(text, at) or _comma(text, _skip(text, at)[1])
            assert further is not None  # a comma, or nothing, is always there
            at = further.end()
        return found

    def _after_space(self, at: int) -> int:
        while self._text[at : at + 1].isspace():
            at += 1
        return at
