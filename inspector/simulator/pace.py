"""How a reply comes out over time: the pieces in which a model streams it, and the waits between them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: before the head, from the head to the first event, between events. All zero: at once."""

    head: float = 0.0
    first: float = 0.0
    event: float = 0.0

    def at(self, speed: float) -> Pace:
        """This pace `speed` times as fast; 0 is as fast as possible."""
        return Pace(self.head / speed, self.first / speed, self.event / speed) if speed else AT_ONCE


AT_ONCE = Pace()
HUMAN = Pace(head=0.35, first=0.25, event=0.035)

_WORD = re.compile(r"\s*\S+|\s+$")
_TOKEN = re.compile(r"\s*\w{1,8}|\s*[^\w\s]{1,3}|\s+")


def deltas(text: str, *, code: bool = False, cut: bool = False) -> list[str]:
    """The text in the pieces in which a model streams it: words, or smaller for arguments and patches.

    `cut` is the first half of them, as where the model is stopped.
    """
    pieces = [match[0] for match in (_TOKEN if code else _WORD).finditer(text)]
    return pieces[: len(pieces) // 2] if cut else pieces
