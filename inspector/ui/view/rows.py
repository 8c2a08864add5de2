"""A line of the screen as a value: pieces of text with a tone each, some at the left edge, some at the right.

A tone says what a piece *is*; which colour that gets is the styles' business (`widgets/row_list.tcss`).
Texts of spans are either our own words or have been through `text.clean`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """What a piece of a row is."""

    TEXT = "text"
    DIM = "dim"  # known, repeated, or punctuation
    FAINT = "faint"  # rules and gaps
    STRONG = "strong"
    KEY = "key"  # a name: a setting, a JSON key
    ROLE = "role"  # who speaks: developer, user, assistant, call, output
    STRING = "string"
    NUMBER = "number"
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    LOSS = "loss"  # what the translation lost, moved or added
    LIVE = "live"
    ACCENT = "accent"
    FRESH = "fresh"  # inside a line of a difference: what was not there before
    STALE = "stale"  # ... what is no longer there
    HIT = "hit"  # what is searched for


class Span(NamedTuple):
    """A piece of a row."""

    text: str
    tone: Tone = Tone.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `right` is kept whole as long as it can be; `left` gives way first, with an ellipsis."""

    left: tuple[Span, ...]
    right: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The words alone, left then right, for tests and the clipboard."""
        words = "".join(span.text for span in self.left)
        return words + ("  " + "".join(span.text for span in self.right) if self.right else "")


Head = Callable[[int, bool], Row]
"""Makes a node's row for so many cells of width; True when the node is unfolded."""


def row(*left: Span | str, right: tuple[Span, ...] | Span | str | None = None) -> Row:
    """A row from spans; a bare string is plain text, at the right edge dim."""
    if right is None:
        edge: tuple[Span, ...] = ()
    elif isinstance(right, str):
        edge = (Span(right, Tone.DIM),) if right else ()
    elif isinstance(right, Span):
        edge = (right,)
    else:
        edge = right
    return Row(tuple(Span(piece) if isinstance(piece, str) else piece for piece in left), edge)
