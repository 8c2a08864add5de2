"""What the models of the two APIs have against a body, by path, line and column: remarks beside an editor.
Of a text also the names that it repeats, which no value shows any more.

They do not keep anything from being sent: clients and endpoints are ahead of every model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.protocol import chat, responses
from inspector.protocol.json_text import parse
from inspector.replay.edits.places import path_of
from inspector.replay.edits.positions import Positions
from inspector.replay.edits.repeated import repeated


@dataclass(frozen=True, slots=True)
class Remark:
    """`line` and `column` from 1, `offset` from 0; None where a value was given and no text."""

    pointer: str
    sentence: str
    line: int | None = None
    column: int | None = None
    offset: int | None = None


def remarks(source: str | Mapping[str, Any], *, is_chat: bool | None = None) -> list[Remark]:
    """In the order of their places; none for a text that is no JSON, which `json_problem` tells of.

    `is_chat`: it is for Chat Completions; None finds out from what it has.
    """
    places = Positions(source) if isinstance(source, str) else None
    try:
        body = parse(source) if isinstance(source, str) else source
    except ValueError:
        return []
    if is_chat is None:
        is_chat = isinstance(body, Mapping) and "messages" in body and "input" not in body
    told = [
        (one.pointer, one.message) for one in (chat.validate(body) if is_chat else responses.validate(body))
    ]
    if isinstance(source, str):
        told += [
            (pointer, "stands more than once here, and only this last one counts")
            for pointer in repeated(source)
        ]
    found = []
    for pointer, words in told:
        sentence = f"{path_of(pointer, body)} {words}.".lstrip()
        at = places.of(pointer) if places is not None else None
        found.append(
            Remark(pointer, sentence)
            if at is None
            else Remark(pointer, sentence, at.line, at.column, at.offset)
        )
    return sorted(found, key=lambda one: one.offset or 0)
