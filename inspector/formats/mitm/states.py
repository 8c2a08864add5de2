"""The flows of a file as mitmproxy keeps them: dictionaries one after the other, nothing between.

Where a flow does not end where it says, reading is resumed where the next one begins. There is no mark for
that, but a flow's first key is always one of a few, which depend on the version that wrote it:

    1902:9:websocket; ...                    mitmproxy 10 and later; TCP, UDP: 8:messages, DNS: 8:response
    1963:4:type;4:http;7:version;2:18# ...   8 and 9
    1890:7:version;2:14# ...                 7
    3300:6:backup;1603:4:type; ...           7 to 9, a flow that was changed
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.capture.model import Damage
from inspector.formats.mitm import tnetstring
from inspector.formats.mitm.pieces import Pieces
from inspector.formats.mitm.walk import HEAD, HEADS, SMALL, State, Walk

_STEP = 2**20

_OLD = rb"(?:4:type;[34]:|7:version;[0-9]:)"
_BEGINS = re.compile(
    rb":(?:(?:9:websocket|8:messages|8:response)[;,]|%b|6:backup;[0-9]{1,12}:%b)" % (_OLD, _OLD)
)
_LONGEST_BEGIN = 48
_INSIDE = re.compile(
    rb"\}[0-9]{1,12}:(?:9:websocket;[0-9]+:|%b)|9:websocket;0:~8:response;[0-9]+:[0-9]+:" % _OLD
)
_PART = re.compile(rb"(?:6:backup|9:websocket)[;,]$")  # of a flow, that begins like one
_LONGEST_PART = 12


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
        ahead = SMALL if found.end - at <= SMALL else HEADS
        at = found.end


def _flow(pieces: Pieces, at: int, ahead: int) -> Found:
    begun = tnetstring.LENGTH.match(pieces.read(at, HEAD, ahead))
    if begun is None:
        resumed = _resume(pieces, at)
        state = Walk(pieces, resumed).flow(at, resumed)
        lost = "A flow has lost its beginning here." if "request" in state else None
        return Found(
            at, resumed, state, Damage(at, lost or f"{resumed - at:,} bytes from here on are no flow.")
        )
    start = at + begun.end()
    stop = start + int(begun[1])
    if stop < pieces.size and pieces.read(stop, 1) == b"}":
        walk = Walk(pieces, pieces.size)
        state = walk.flow(start, stop)
        return Found(at, stop + 1, state, walk.damage(at))
    resumed = _resume(pieces, start)
    walk = Walk(pieces, resumed)
    state = walk.flow(start, max(stop, resumed))
    if stop < pieces.size:
        text = "This flow does not end where it says"
        text += f": what is at byte {walk.problem.at:,} {walk.problem}." if walk.problem else "."
    elif resumed < pieces.size:
        text = "This flow says that it is longer than the file, and another one begins before its end."
    else:
        text = f"The file ends in the middle of this flow: {stop + 1 - pieces.size:,} bytes are missing."
    return Found(at, resumed, state, Damage(at, text))


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
            before = min(_LONGEST_PART, at + begin)
            if not _PART.search(pieces.read(at + begin - before, before)):
                return at + begin
        at += _STEP
    return pieces.size


def begins(head: bytes) -> bool:
    """Whether a file that begins so is one of flows, be the very first bytes of it damaged."""
    outer = tnetstring.LENGTH.match(head)
    pair = tnetstring.PAIR.match(head, outer.end()) if outer is not None else None
    if outer is not None and pair is not None:
        return len(pair[2]) == int(pair[1]) and int(pair[3]) < int(outer[1])
    return not head.lstrip().startswith((b"{", b"[")) and _INSIDE.search(head) is not None
