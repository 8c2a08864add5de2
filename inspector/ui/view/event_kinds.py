"""What events are about, to show only some of them."""

from __future__ import annotations

from enum import StrEnum

from inspector.capture.events import TimedEvent
from inspector.ui.view.event_words import is_chunk, piece_of


class Kinds(StrEnum):
    """Which events are shown; the value is the word in the pane's title."""

    ALL = ""
    STEPS = "no deltas"
    TEXT = "text"
    CALLS = "calls"
    REASONING = "reasoning"
    LIFECYCLE = "lifecycle"
    REMARKS = "remarks"

    @property
    def next(self) -> Kinds:
        """The one that comes after it, round and round."""
        every = list(Kinds)
        return every[(every.index(self) + 1) % len(every)]


ABOUT = {Kinds.TEXT, Kinds.CALLS, Kinds.REASONING}
"""The kinds that an output item can be of."""

_TEXTS = ("output_text", "content_part", "refusal", "message")


def about(record: TimedEvent) -> Kinds:
    """TEXT, CALLS or REASONING; LIFECYCLE for the response as a whole."""
    if is_chunk(record):
        words = piece_of(record.members).words
        if words == "reasoning":
            return Kinds.REASONING
        return (Kinds.CALLS if words.startswith("call") else Kinds.TEXT) if words else Kinds.LIFECYCLE
    item = record.members.get("item")
    told = item.get("type") if isinstance(item, dict) else None
    kind = told if isinstance(told, str) else record.type.removeprefix("response.")
    if kind.startswith("reasoning"):
        return Kinds.REASONING
    if kind.startswith(_TEXTS):
        return Kinds.TEXT
    return Kinds.CALLS if "_call" in kind else Kinds.LIFECYCLE


def is_delta(record: TimedEvent) -> bool:
    """Whether it only adds to what another began."""
    if is_chunk(record):
        return bool(piece_of(record.members).about)
    return record.type.endswith(".delta")
