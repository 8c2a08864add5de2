"""Undo the `{"input": "..."}` in which a custom tool's free text travels over Chat, as it streams.

    state  at                       what happens
    HEAD   the wrapper's beginning  nothing can be said yet. `{"input":"` leads to TEXT, any other JSON to
                                    WHOLE, anything else is a model that left the wrapper out: PLAIN
    TEXT   inside the string        characters and escapes are given out at once; the closing quote: TAIL
    TAIL   after the string         the rest of the wrapper is left out
    WHOLE  other JSON               nothing until the end, then the best reading of the whole
    PLAIN  no JSON                  given out as it is

Escapes may be cut anywhere. What is given out may hold surrogates: joining them is the next stage's
business.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from io import StringIO

from inspector.protocol.json_text import parse, write

_WRAPPER = re.compile(r'\s*\{\s*"input"\s*:\s*"')
_PART_OF_WRAPPER = re.compile(r'\s*(\{\s*("(i(n(p(u(t("\s*(:\s*)?)?)?)?)?)?)?)?)?')
_SPECIAL = re.compile(r'["\\]')
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}


class _State(Enum):
    HEAD = auto()
    TEXT = auto()
    TAIL = auto()
    WHOLE = auto()
    PLAIN = auto()


class InputUnwrapper:
    """Feed the arguments of a custom tool's call in pieces, get its input in pieces."""

    __slots__ = ("_held", "_state", "_whole")

    def __init__(self) -> None:
        self._state = _State.HEAD
        self._held = ""  # an unfinished wrapper (HEAD) or escape (TEXT)
        self._whole = StringIO()  # WHOLE: everything so far

    def feed(self, piece: str) -> str:
        """The input's text that this piece of the arguments makes known; may be empty."""
        if self._state is _State.TEXT:
            return self._text(piece)
        if self._state is _State.HEAD:
            return self._head(piece)
        if self._state is _State.WHOLE:
            self._whole.write(piece)
        return piece if self._state is _State.PLAIN else ""

    def close(self) -> str:
        """The arguments are over: what of the input had to wait for that."""
        self._held = ""  # half an escape says nothing certain, part of a wrapper is no input
        text = self._whole.getvalue()
        self._whole = StringIO()
        return _best_reading(text) if self._state is _State.WHOLE else ""

    @property
    def complete(self) -> bool:
        """Whether the input is known to be whole. Plain text never is: it has no end mark."""
        if self._state is _State.WHOLE:
            try:
                parse(self._whole.getvalue())
            except ValueError:
                return False
            return True
        return self._state is _State.TAIL

    def _head(self, piece: str) -> str:
        head = self._held + piece
        if wrapper := _WRAPPER.match(head):
            self._held = ""
            self._state = _State.TEXT
            return self._text(head[wrapper.end() :])
        if _PART_OF_WRAPPER.fullmatch(head):
            self._held = head
            return ""
        self._held = ""
        if head.lstrip()[0] in '{"':
            self._state = _State.WHOLE
            self._whole.write(head)
            return ""
        self._state = _State.PLAIN
        return head

    def _text(self, piece: str) -> str:
        piece = self._held + piece
        self._held = ""
        out: list[str] = []
        position = 0
        while special := _SPECIAL.search(piece, position):
            at = special.start()
            out.append(piece[position:at])
            if piece[at] == '"':
                self._state = _State.TAIL
                return "".join(out)
            if at + 1 == len(piece) or (piece[at + 1] == "u" and _may_become_hex(piece[at + 2 : at + 6])):
                self._held = piece[at:]
                return "".join(out)
            kind = piece[at + 1]
            if kind == "u" and (digits := _HEX.match(piece, at + 2)):
                out.append(chr(int(digits.group(), 16)))
                position = at + 6
            else:
                # Not JSON, but models do write "\d" in a pattern: keep what they wrote.
                out.append(_ESCAPES.get(kind, "\\" + kind))
                position = at + 2
        out.append(piece[position:])
        return "".join(out)


def _may_become_hex(digits: str) -> bool:
    return len(digits) < 4 and all(digit in "0123456789abcdefABCDEF" for digit in digits)


def _best_reading(text: str) -> str:
    """The input that arguments of another form most likely mean; the text itself if there is no telling."""
    try:
        value = parse(text)
    except ValueError:
        return text
    if value == {}:
        return ""
    told = value
    if isinstance(value, dict) and ("input" in value or len(value) == 1):
        # {"patch": "..."}: another name for the one thing that there is to say.
        told = value["input"] if "input" in value else next(iter(value.values()))
    if isinstance(told, str):
        return told
    return write(told) if told is not value and isinstance(told, (dict, list)) else text
