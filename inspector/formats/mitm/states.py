"""The flows of a file as mitmproxy keeps them: dictionaries one after the other, nothing between.

A flow in small pieces is decoded at one go; of a large one the long strings stay in the file (Blob), so that
heads are read without bodies. What breaks in the middle of a flow leaves what stood before it, and reading is
resumed where a flow begins again: there is no mark, but a flow's first key is always one of three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inspector.capture.model import Damage
from inspector.formats.mitm import tnetstring
from inspector.formats.mitm.pieces import Blob, Pieces
from inspector.formats.mitm.tnetstring import BYTES, CONTAINERS, DICTIONARY, TEXT, Broken, Wanted

State = dict[str, Any]

SMALL = 2**16
"""Bytes up to which a value is decoded at one go."""

_HEADS = 2**12  # bytes that are read for the sake of what stands between long strings
_HEAD = 64  # bytes of a key and the length of its value, and more
_MOST_VALUES = 2**20  # of one flow, that are looked at one by one, or stand in lists
_MOST_HELD = 2**27  # bytes of one flow, that are not left in the file
_STEP = 2**20

_BEGINS = re.compile(rb":(?:9:websocket|8:messages|8:response)[;,]")
_LONGEST_BEGIN = 32
_AFTER_DAMAGE = re.compile(rb"\}[0-9]{1,12}:9:websocket;[0-9]+:")
_BACKUP = re.compile(rb"6:backup[;,]$")

_CONNECTION: Wanted = dict.fromkeys(("id", "address", "tls", "timestamp_start", "timestamp_tls_setup", "sni"))
_MESSAGE: Wanted = dict.fromkeys(
    (
        "http_version", "headers", "content", "trailers", "timestamp_start", "timestamp_end", "host", "port",
        "method", "scheme", "authority", "path", "status_code",
    )
)  # fmt: skip
_WEBSOCKET: Wanted = dict.fromkeys(
    ("messages", "closed_by_client", "close_code", "close_reason", "timestamp_end")
)
_PLAIN: Wanted = dict.fromkeys(
    ("version", "type", "id", "intercepted", "is_replay", "marked", "comment", "timestamp_created")
)
_FLOW: Wanted = {
    **_PLAIN,
    "error": {"msg": None, "timestamp": None},
    "client_conn": _CONNECTION,
    "server_conn": _CONNECTION,
    "metadata": {"inspector": None},
    "request": _MESSAGE,
    "response": _MESSAGE,
    "websocket": _WEBSOCKET,
}
FLOW: Wanted = {**_FLOW, "backup": _FLOW}
"""What is wanted of a flow. TCP, UDP and DNS flows have no such parts, or others by these names."""


@dataclass(slots=True)
class Found:
    """A flow, as far as it can be read: the bytes that it takes, and what is wrong with them."""

    at: int
    end: int
    state: State
    damage: Damage | None = None


def flows(pieces: Pieces) -> Iterator[Found]:
    """Everything in a file, in order; a state is empty where there is damage and nothing else."""
    at, ahead = 0, SMALL
    while at < pieces.size:
        found = _flow(pieces, at, ahead)
        yield found
        ahead = SMALL if found.end - at <= SMALL else _HEADS
        at = found.end


def _flow(pieces: Pieces, at: int, ahead: int) -> Found:
    begun = tnetstring.LENGTH.match(pieces.read(at, _HEAD, ahead))
    if begun is None:
        resumed = _resume(pieces, at)
        return Found(at, resumed, {}, Damage(at, f"{resumed - at:,} bytes from here on are no flow."))
    start = at + begun.end()
    stop = start + int(begun[1])
    if stop < pieces.size and pieces.read(stop, 1) == b"}":
        walk = _Walk(pieces, pieces.size)
        state = walk.value(DICTIONARY, start, stop, FLOW, 0)
        return Found(at, stop + 1, state, walk.damage(at))
    resumed = _resume(pieces, start)
    walk = _Walk(pieces, resumed)
    state = walk.value(DICTIONARY, start, max(stop, resumed), FLOW, 0)
    if stop < pieces.size:
        text = "This flow does not end where it says."
    elif resumed < pieces.size:
        text = "This flow says that it is longer than the file, and another one begins before its end."
    else:
        text = f"The file ends in the middle of this flow: {stop + 1 - pieces.size:,} bytes are missing."
    return Found(at, resumed, state, Damage(at, text))


class _Walk:
    """One flow. `limit`: where the bytes end that are there, whatever the lengths in it say."""

    def __init__(self, pieces: Pieces, limit: int) -> None:
        self._pieces = pieces
        self._limit = limit
        self._values = 0
        self._held = 0
        self._problem: Broken | None = None

    def damage(self, at: int) -> Damage | None:
        """What is wrong inside the flow that begins at `at`."""
        if self._problem is None:
            return None
        text = f"Inside the flow at byte {at}, what is here {self._problem}: what follows in it is left out."
        return Damage(self._problem.at, text)

    def value(self, tag: int, start: int, stop: int, wanted: Wanted | None, depth: int) -> Any:
        """The value from `start` to `stop`, or what is there of it: then there is a problem."""
        size = stop - start
        if size <= SMALL and stop < self._limit:
            self._hold(start, size)
            try:
                found = tnetstring.decode(self._pieces.read(start, size), tag, 0, size, wanted, depth)
                self._values += _within(found)
                return found
            except Broken as broken:
                if tag not in CONTAINERS or size <= _HEAD:
                    self._broken(Broken(start + broken.at, str(broken)))
                    return {} if tag == DICTIONARY else [] if tag in CONTAINERS else None
        if tag == BYTES:
            return Blob(start, min(stop, self._limit) - start)
        if tag == DICTIONARY:
            return self._dictionary(start, stop, wanted, depth + 1)
        if tag in CONTAINERS:
            return self._list(start, stop, depth + 1)
        if tag != TEXT:
            self._broken(Broken(start, "is no value"))
            return None
        kept = min(size, SMALL, self._limit - start)
        return self._pieces.read(start, kept).decode("utf-8", "replace")

    def _dictionary(self, at: int, stop: int, wanted: Wanted | None, depth: int) -> State:
        found: State = {}
        while self._going_on(at, stop, depth):
            head = self._pieces.read(at, _HEAD, _HEADS)
            pair = tnetstring.PAIR.match(head)
            try:
                if pair is not None and len(pair[2]) == int(pair[1]):
                    key, start = pair[2].decode("ascii"), at + pair.end()
                    end = start + int(pair[3])
                else:
                    start, end = self._length(at, stop)
                    key = tnetstring.key_of(
                        self._pieces.read(start, min(end - start, _HEAD)), self._tag(end), at
                    )
                    start, end = self._length(end + 1, stop)
                if end >= stop:
                    raise Broken(at, "reaches beyond what it is part of")
                if wanted is None or key in wanted:
                    within = None if wanted is None else wanted[key]
                    found[key] = self.value(self._tag(end, start), start, end, within, depth)
                at = end + 1
            except Broken as broken:
                self._broken(broken)
        return found

    def _list(self, at: int, stop: int, depth: int) -> list[Any]:
        found: list[Any] = []
        while self._going_on(at, stop, depth):
            try:
                start, end = self._length(at, stop)
                found.append(self.value(self._tag(end, start), start, end, None, depth))
                at = end + 1
            except Broken as broken:
                self._broken(broken)
        return found

    def _going_on(self, at: int, stop: int, depth: int) -> bool:
        self._values += 1
        if self._problem is None and at < stop:
            if depth > tnetstring.DEEPEST:
                self._broken(Broken(at, f"is nested more than {tnetstring.DEEPEST} deep"))
            elif self._values > _MOST_VALUES:
                self._broken(Broken(at, f"comes after {_MOST_VALUES:,} other values"))
            elif at >= self._limit:
                self._broken(Broken(at, "is missing"))
        return self._problem is None and at < stop

    def _length(self, at: int, stop: int) -> tuple[int, int]:
        head = self._pieces.read(at, _HEAD, _HEADS)
        begun = tnetstring.LENGTH.match(head)
        if begun is None:
            raise Broken(at, "does not begin with a length")
        start = at + begun.end()
        if start + int(begun[1]) >= stop:
            raise Broken(at, "reaches beyond what it is part of")
        return start, start + int(begun[1])

    def _tag(self, at: int, start: int | None = None) -> int:
        """What kind of value ends at `at`; where the bytes end before, that of the value cannot be known:
        what begins like a container is taken for one.
        """
        if at < self._limit and (tag := self._pieces.read(at, 1, _HEADS)):
            return tag[0]
        if start is None or start >= self._limit:
            raise Broken(at, "is missing")
        head = self._pieces.read(start, _HEAD, _HEADS)
        return DICTIONARY if tnetstring.PAIR.match(head) else BYTES

    def _hold(self, at: int, size: int) -> None:
        self._held += size
        if self._held > _MOST_HELD:
            self._broken(Broken(at, f"comes after {_MOST_HELD:,} bytes of small values"))

    def _broken(self, broken: Broken) -> None:
        if self._problem is None:
            self._problem = broken


def _within(value: Any) -> int:
    """How many values lists hold: of dictionaries only what is wanted is there."""
    return len(value) + sum(map(_within, value)) if isinstance(value, list) else 0


def _resume(pieces: Pieces, at: int) -> int:
    """Where a flow begins again after `at`; the end of the file if none does."""
    while at < pieces.size:
        block = pieces.read(at, _STEP + _LONGEST_BEGIN)
        for within in _BEGINS.finditer(block):
            begin = within.start()
            while begin and block[begin - 1 : begin].isdigit() and within.start() - begin < 12:
                begin -= 1
            if begin == within.start():
                continue
            before = pieces.read(max(0, at + begin - 9), min(9, at + begin))
            if not _BACKUP.search(before):
                return at + begin
        at += _STEP
    return pieces.size


def begins(head: bytes) -> bool:
    """Whether a file that begins so is one of flows, be the very first bytes of it damaged."""
    outer = tnetstring.LENGTH.match(head)
    pair = tnetstring.PAIR.match(head, outer.end()) if outer is not None else None
    if outer is not None and pair is not None:
        return len(pair[2]) == int(pair[1]) and int(pair[3]) < int(outer[1])
    return not head.lstrip().startswith((b"{", b"[")) and _AFTER_DAMAGE.search(head) is not None
