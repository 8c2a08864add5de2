"""How a request differs from a recorded one in what it means, in words for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inspector.protocol.compare.alignment import common_start
from inspector.protocol.compare.canonical import canonical
from inspector.protocol.compare.change import Change, PieceChange
from inspector.protocol.compare.pieces import compare_pieces, share_words
from inspector.simulator.playback.meaning import Meaning

MOST = 3  # differences that are told one by one
_COMPARED = 2_000  # pieces; of more, these from where they part
_EXCERPT = 80


def differences(recorded: Meaning, asked: Meaning) -> list[str]:
    """What is other in `asked`, most telling first; [] where they mean the same."""
    told = []
    if recorded.form != asked.form:
        told.append(f"{_form(recorded)} was asked for, now {_form(asked)}")
    old, new = recorded.pieces, asked.pieces
    if max(len(old), len(new)) > _COMPARED:
        start = common_start(recorded.prints, asked.prints)
        old, new = old[start : start + _COMPARED], new[start : start + _COMPARED]
    changes = compare_pieces(old, new, share_words)
    told += [_in_words(change) for change in changes if change.change is not Change.KEPT]
    return told


def in_short(told: list[str]) -> str:
    """The first of them as one sentence's end."""
    more = f"; and {len(told) - MOST} more" if len(told) > MOST else ""
    return "; ".join(told[:MOST]) + more


def _form(meaning: Meaning) -> str:
    if meaning.is_prewarm:
        return "nothing yet (generate: false)"
    return {"": "a whole answer", "stream": "a stream"}.get(meaning.form, f"one with {meaning.form}")


def _in_words(change: PieceChange) -> str:
    at = f"{change.title} at {change.new or change.old}"
    match change.change:
        case Change.ADDED:
            return f"{at} was not recorded: {_excerpt(_text(change.after))}"
        case Change.VANISHED:
            return f"{at} of the recording is missing: {_excerpt(_text(change.before))}"
        case Change.MOVED if not change.parts:
            return f"{at} stands elsewhere in the recording"
    before, after = _text(change.before), _text(change.after)
    start = max(0, common_start(before, after) - 20)
    return f"{at} was {_excerpt(before, start)}, now {_excerpt(after, start)}"


def _text(value: Any) -> str:
    """What a piece says, without its frame."""
    return " ".join(_texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name not in ("role", "type"):
                yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
    else:
        yield value if isinstance(value, str) else canonical(value)


def _excerpt(text: str, start: int = 0) -> str:
    piece = text[start : start + _EXCERPT].replace("\n", "⏎")
    return f'"{"…" if start else ""}{piece}{"…" if len(text) > start + _EXCERPT else ""}"'
