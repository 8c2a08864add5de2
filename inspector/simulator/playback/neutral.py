"""What of a text differs between two runs that mean the same: ids, dates, paths, how long something took.

Each becomes a placeholder of its kind. Of a path nothing stays, since another machine has another tree.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_CLOCK = r"\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?"

# In this order: an id may stand in a path, digits of a date may look like one. What has to be in the text for
# a pattern to be tried is looked for first: most texts have little of all this.
_KINDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("{path}", "/", re.compile(r"(?<![\w:/.<\\~])(?:~?(?:/[\w.@+%~=-]+)+/?|~/)")),
    ("{path}", ":\\", re.compile(r"\b[A-Za-z]:(?:\\{1,2}[\w.@+%~=-]+)+\\{0,2}")),
    ("{id}", "-", re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")),
    ("{id}", "_", re.compile(r"\b[a-z]{1,16}_(?=[\w-]{0,80}\d)[0-9A-Za-z][\w-]{11,}")),  # call_..., msg_...
    (r"\1{id}", "Chunk ID: ", re.compile(r"(Chunk ID: )\w+")),  # Codex's, in what commands gave
    (r"\1{count}", "token count: ", re.compile(r"(Original token count: )\d+")),  # paths count
    (r"\1{id}", "session ID ", re.compile(r"(session ID )\d+")),
    (
        "{date}",
        "-",
        re.compile(rf"\b\d{{4}}-\d\d-\d\d(?:[T ]{_CLOCK})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?(?!\w)"),
    ),
    (
        "{date}",  # Sat Nov 21 13:31:02 UTC 2026; 21 Nov 2026; Nov 21 13:31
        "",
        re.compile(
            rf"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:(?:{_MONTH}) {{1,2}}\d\d?|\d\d? (?:{_MONTH}))\b"
            rf"(?: \d{{4}}\b)?(?:,? {_CLOCK})?(?: [AP]M\b)?(?: [A-Z]{{3,4}}\b)?(?: \d{{4}}\b)?"
        ),
    ),
    ("{date}", ":", re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b")),
    ("{id}", "", re.compile(r"\b(?=[0-9a-f]{0,63}\d)(?=[0-9a-f]{0,63}[a-f])[0-9a-f]{7,64}\b")),  # commits
    ("{time}", "", re.compile(r"\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|sec|seconds?|minutes?)\b")),
    (r"\1{time}", '"duration_seconds":', re.compile(r'("duration_seconds":)\s*\d+(?:\.\d+)?')),
)

_REMEMBERED = 2**24  # characters: every request of a session repeats what was said before
_LARGEST = 2**20  # characters; nobody says more at once, but for images


def neutral(text: str) -> str:
    """The text with placeholders, but a huge one; line ends and space at both ends do not count either."""
    if len(text) > _LARGEST:
        return text
    made = _memory.get(text)
    if made is None:
        made = text.replace("\r\n", "\n").strip()
        for placeholder, needle, pattern in _KINDS:
            if needle in made:
                made = pattern.sub(placeholder, made)
        _memory.keep(text, made)
    return made


class _Memory:
    """The texts that were asked for last, with what they became: at most so many characters of both."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._largest = room // 16
        self._made: OrderedDict[str, str] = OrderedDict()

    def get(self, text: str) -> str | None:
        if (made := self._made.get(text)) is not None:
            self._made.move_to_end(text)
        return made

    def keep(self, text: str, made: str) -> None:
        if len(text) > self._largest:
            return
        self._made[text] = made
        self._room -= len(text) + len(made)
        while self._room < 0:
            self._room += sum(map(len, self._made.popitem(last=False)))


_memory = _Memory(_REMEMBERED)


def neutral_value(value: Any) -> Any:
    """Any JSON with every text in it made neutral, members in one order; as it is below 64 levels."""
    return _neutral(value, 64)


def _neutral(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return neutral(value)
    if levels and isinstance(value, list):
        return [_neutral(one, levels - 1) for one in value]
    if levels and isinstance(value, dict):
        return {name: _neutral(value[name], levels - 1) for name in sorted(value)}
    return value
