"""Values of a flow's state as they are wanted, whatever stands there."""

from __future__ import annotations

import math
from typing import Any

from inspector.capture.model import Headers
from inspector.formats.mitm.pieces import Blob
from inspector.formats.mitm.walk import State


def text(told: object) -> str:
    """What is text, as bytes or not: bytes as Latin-1, so that none is lost. Else ""."""
    if isinstance(told, bytes):
        return told.decode("latin-1")
    return told if isinstance(told, str) else ""


def time(told: object) -> float | None:
    """A Unix time."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return float(told) if abs(told) < 1e15 and math.isfinite(told) else None


def part(state: State, name: str) -> State | None:
    """A dictionary of it."""
    told = state.get(name)
    return told if isinstance(told, dict) else None


def size(content: object) -> int:
    """Of a body, in bytes."""
    if isinstance(content, Blob):
        return content.size
    return len(content) if isinstance(content, bytes) else 0


def headers(told: Any) -> Headers:
    """Header fields; those that are none are left out."""
    if not isinstance(told, list):
        return ()
    return tuple(
        [(text(each[0]), text(each[1])) for each in told if isinstance(each, list) and len(each) == 2]
    )
