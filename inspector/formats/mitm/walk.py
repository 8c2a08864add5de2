"""One flow, value by value where its bytes are: what is there of it, and what is wrong with it.

A flow in small pieces is decoded at one go; of a large one the bodies stay in the file (Blob), so that heads
are read without them. What breaks costs as little as can be: the length around it says where the next value
begins, and where that is not true either (bytes were lost, or are too many) reading goes on at the next key,
by its name.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from inspector.capture.model import Damage
from inspector.formats.mitm import tnetstring
from inspector.formats.mitm.pieces import Blob, Pieces
from inspector.formats.mitm.tnetstring import BYTES, CONTAINERS, DICTIONARY, LIST, TEXT, Broken, Wanted
from inspector.formats.mitm.wanted import FLOW, MESSAGE_BEGINS, NEXT

State = dict[str, Any]

SMALL = 2**16
"""Bytes up to which a value is decoded at one go."""

HEADS = 2**12
"""Bytes that are read for the sake of what stands between bodies."""

HEAD = 64
"""Bytes of a key and the length of its value, and more."""

_MOST_VALUES = 2**20  # that stand in lists, of a WebSocket and of all else
_MOST_HELD = 2**27  # bytes that are not left in the file, of a WebSocket and of all else
_LONGEST = 2**20  # bytes of a text, or of a value of a header
_MOST_TRIES = 16  # in one flow to go on by name
_STEP = 2**20

_LEFT = frozenset({"content", "message"})
"""What is left in the file where it is large."""

_LISTS = frozenset({"headers", "trailers", "messages"})
_BEGINS = {DICTIONARY: re.compile(rb"[0-9]{1,2}:[a-z]"), LIST: tnetstring.LENGTH}
_LONGEST_KEY = HEAD


class _Seen(NamedTuple):
    start: int
    end: int
    is_outer: bool  # it belongs to what is around


class Walk:
    """`limit`: where the bytes end that are there, whatever the lengths in the flow say."""

    def __init__(self, pieces: Pieces, limit: int) -> None:
        self.problem: Broken | None = None  # the first
        self._pieces = pieces
        self._limit = limit
        self._values = 0
        self._held = 0
        self._tries = 0
        self._sure = 0  # where the last value begins whose key was found

    def flow(self, start: int, stop: int) -> State:
        """What is there of the flow between `start` and `stop`."""
        self._sure = start
        found = self._value(DICTIONARY, start, stop, FLOW, 0, "")
        assert isinstance(found, dict)
        return found

    def damage(self, at: int) -> Damage | None:
        """What is wrong inside the flow that begins at `at`."""
        if self.problem is None:
            return None
        text = f"Inside the flow at byte {at:,}, what is here {self.problem}: it is read as far as it can be."
        return Damage(self.problem.at, text)

    def _value(self, tag: int, start: int, stop: int, wanted: Wanted | None, depth: int, key: str) -> Any:
        """The value from `start` to `stop`, or what is there of it: then there is a problem, or Broken."""
        size = stop - start
        if size <= SMALL and stop < self._limit:
            self._hold(start, size)
            data = self._pieces.read(start, size)
            try:
                if len(data) < size:  # somebody has cut the file since it was opened
                    raise Broken(len(data), "is missing")
                found = tnetstring.decode(data, tag, 0, size, wanted, depth)
            except Broken as broken:
                if tag not in CONTAINERS:
                    raise Broken(start + broken.at, str(broken)) from None
            else:
                self._values += _within(found)
                return found
        if tag == BYTES and key in _LEFT:
            return Blob(start, max(0, min(stop, self._limit) - start))
        if tag == DICTIONARY:
            return self._dictionary(start, stop, wanted, depth + 1)
        if tag in CONTAINERS:
            return self._list(start, stop, depth + 1, key)
        if tag not in (BYTES, TEXT):
            raise Broken(start, "is no value")
        return self._string(tag, start, size)

    def _string(self, tag: int, start: int, size: int) -> bytes | str:
        if size > _LONGEST:
            self._note(Broken(start, f"is cut: it has {size:,} bytes"))
        kept = max(0, min(size, _LONGEST, self._limit - start))
        self._hold(start, kept)
        data = self._pieces.read(start, kept)
        return data if tag == BYTES else data.decode("utf-8", "replace")

    def _dictionary(self, at: int, stop: int, wanted: Wanted | None, depth: int) -> State:
        found: State = {}
        unsure: int | None = None  # where a body begins that does not end where it says
        while at < stop and self._not_too_deep(at, depth):
            try:
                if wanted is None:
                    self._count(at)
                key, start, end = self._pair(at, stop)
                unsure = None
                if wanted is None or key in wanted:
                    self._sure = start
                    if key == "content" and not self._ends_body(end):
                        unsure = start
                        if end < self._limit:
                            raise Broken(end, "is not the end of a body")
                    within = None if wanted is None else wanted[key]
                    value = self._value(self._tag(start, end, within, key), start, end, within, depth, key)
                    found.setdefault(key, value)  # what is found by name may be a backup's
                if key == "websocket":
                    self._values = self._held = 0
                at = end + 1
            except Broken as broken:
                self._note(broken)
                at, behind = self._found_again(wanted, stop)
                if unsure is not None and behind is not None:
                    found["content"] = Blob(unsure, behind - unsure)
                    unsure = None
        return found

    def _list(self, at: int, stop: int, depth: int, key: str) -> list[Any]:
        found: list[Any] = []
        of_socket = key == "messages"
        while at < stop and self._not_too_deep(at, depth):
            try:
                self._count(at)
                # Behind damage the list may end later than it says.
                start, end = self._length(at, self._limit if of_socket and self.problem else stop)
                self._sure = start if of_socket else self._sure
                part = "message" if of_socket else key
                found.append(self._value(self._tag(start, end, None), start, end, None, depth, part))
                at = end + 1
            except Broken as broken:
                self._note(broken)
                again = self._searched(MESSAGE_BEGINS, stop) if of_socket else None
                at, self._sure = (stop, self._sure) if again is None else (again.start, again.end)
        return found

    def _pair(self, at: int, stop: int) -> tuple[str, int, int]:
        """A key, and where its value begins and ends."""
        head = self._head(at)
        pair = tnetstring.PAIR.match(head)
        if pair is not None and len(pair[2]) == int(pair[1]):
            key, start = pair[2].decode("ascii"), at + pair.end()
            end = start + int(pair[3])
        else:
            start, end = self._length(at, stop)
            tag = self._pieces.read(end, 1, HEADS)[:1]
            key = tnetstring.key_of(
                self._pieces.read(start, min(end - start, HEAD)), tag[0] if tag else 0, at
            )
            start, end = self._length(end + 1, stop)
        if end >= stop:
            raise Broken(at, "reaches beyond what it is part of")
        return key, start, end

    def _length(self, at: int, stop: int) -> tuple[int, int]:
        begun = tnetstring.LENGTH.match(self._head(at))
        if begun is None:
            raise Broken(at, "does not begin with a length")
        start = at + begun.end()
        if start + int(begun[1]) >= stop:
            raise Broken(at, "reaches beyond what it is part of")
        return start, start + int(begun[1])

    def _head(self, at: int) -> bytes:
        if at >= self._limit:
            raise Broken(at, "is missing")
        return self._pieces.read(at, HEAD, HEADS)

    def _tag(self, start: int, end: int, within: Wanted | None, key: str = "") -> int:
        """What kind of value this is. Where its end is wrong, or missing, it is the container that should be
        there if it begins like one, and else what its end says; what is cut off is bytes.
        """
        tag = self._pieces.read(end, 1, HEADS) if end < self._limit else b""
        expected = DICTIONARY if within is not None else LIST if key in _LISTS else None
        if tag and (expected in (None, tag[0]) or end == start):
            return tag[0]
        if expected is not None and _BEGINS[expected].match(self._head(start)):
            return expected
        if not tag and start >= self._limit:
            raise Broken(start, "is missing")
        return tag[0] if tag else BYTES

    def _ends_body(self, at: int) -> bool:
        return at < self._limit and self._pieces.read(at, 1, HEADS) in (b",", b"~")

    def _found_again(self, wanted: Wanted | None, stop: int) -> tuple[int, int | None]:
        """Where the next key of a dictionary stands, and the value before it ends; `stop` and None if that
        cannot be told, or the dictionary is over before.
        """
        pattern = NEXT.get(id(wanted))
        found = None if pattern is None else self._searched(pattern, stop)
        if found is None or found.is_outer:
            return stop, None
        self._sure = found.end
        return found.start, found.start - 1

    def _searched(self, pattern: re.Pattern[bytes], stop: int) -> _Seen | None:
        """The next place before `stop` that looks so, behind what was read for sure."""
        at, stop_here = self._sure, min(stop, self._limit)
        self._tries += 1
        while at < stop_here and self._tries <= _MOST_TRIES:
            block = self._pieces.read(at, min(_STEP, stop_here - at))
            if (found := pattern.search(block)) is not None:
                return _Seen(at + found.start(), at + found.end(), found.lastindex is not None)
            if len(block) < _STEP:
                break
            at += _STEP - _LONGEST_KEY
        return None

    def _not_too_deep(self, at: int, depth: int) -> bool:
        if depth > tnetstring.DEEPEST:
            self._note(Broken(at, f"is nested more than {tnetstring.DEEPEST} deep"))
        return depth <= tnetstring.DEEPEST

    def _count(self, at: int) -> None:
        self._values += 1
        if self._values > _MOST_VALUES:
            raise Broken(at, f"comes after {_MOST_VALUES:,} other values")

    def _hold(self, at: int, size: int) -> None:
        self._held += size
        if self._held > _MOST_HELD:
            raise Broken(at, f"comes after {_MOST_HELD:,} bytes of small values")

    def _note(self, broken: Broken) -> None:
        if self.problem is None:
            self.problem = broken


def _within(value: Any) -> int:
    """How many values lists hold: of dictionaries only what is wanted is there."""
    return len(value) + sum(map(_within, value)) if isinstance(value, list) else 0
