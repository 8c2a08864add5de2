"""Chunks for bodies of which nobody knows when their bytes came: an event of a stream each, spaced evenly."""

from __future__ import annotations

import re
from itertools import islice

from inspector.capture.model import Chunk, Leg

STEP = 0.02
"""Seconds between two events where the file tells nothing at all."""

MOST = 2**17
"""Pieces of a body: each is a chunk in memory, of a hundred times the bytes that an event may have."""

_BLANK = re.compile(rb"(?:\r\n|\n|\r){2,}+")
_MOSTLY = re.compile(rb"\n\n++")  # the same where there is no CR, which is found much faster


def pieces(body: bytes) -> list[bytes]:
    """An event stream cut behind each event; of more than MOST events, behind every second, or third ..."""
    blank = _BLANK if b"\r" in body else _MOSTLY
    step = 1 + _at_most(body) // MOST
    cuts = [found.end() for found in islice(blank.finditer(body), step - 1, None, step)]
    if not cuts or cuts[-1] < len(body):
        cuts.append(len(body))
    return [body[start:end] for start, end in zip([0, *cuts], cuts, strict=False) if end > start]


def _at_most(body: bytes) -> int:
    """How many events there can be: it is not worth a second look which of these lines are empty."""
    return max(body.count(b"\n"), body.count(b"\r")) // 2


def spread(leg: Leg, body: bytes, begun: float, ended: float) -> list[Chunk]:
    """The events between two times, seconds after the start: the first at the one, the last at the other."""
    events = pieces(body)
    step = max(0.0, ended - begun) / max(1, len(events) - 1)
    return [Chunk(leg, n, begun + n * step, data) for n, data in enumerate(events)]


def stepped(leg: Leg, body: bytes, begun: float = 0.0) -> list[Chunk]:
    """The events STEP after one another."""
    return [Chunk(leg, n, begun + n * STEP, data) for n, data in enumerate(pieces(body))]
