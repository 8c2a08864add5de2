"""What keeps a text from being JSON, as one sentence at a line and a column."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from inspector.protocol.json_text import endless_number, parse
from inspector.replay.edits.places import path_of
from inspector.replay.edits.positions import Positions

_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null", "NaN": "null"}
_OTHER_QUOTES = "'\u2018\u2019\u201c\u201d\u201e"  # as people and word processors write them
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` and `column` from 1, `offset` from 0, in characters."""

    line: int
    column: int
    offset: int
    sentence: str


def json_problem(text: str, *, any_value: bool = False) -> Problem | None:
    """Why a text is no request body: it is no JSON, or no object. `any_value`: it need not be an object."""
    places = Positions(text)

    def at(offset: int, sentence: str) -> Problem:
        found = places.at(offset)
        return Problem(found.line, found.column, offset, sentence)

    try:
        value = parse(text)
    except json.JSONDecodeError as error:
        if not text.strip():
            return at(0, "there is nothing here" + ("." if any_value else ": a request body begins with {."))
        return at(*_explained(text, error.msg, error.pos))
    except ValueError as error:
        what = "it is nested too deeply" if "nested" in str(error) else "a number has too many digits"
        return at(0, f"{what} to be read.")
    if (pointer := endless_number(value)) is not None:
        found = places.of(pointer)
        return at(found.offset, f"{path_of(pointer, value) or 'this'} is no number that JSON can write.")
    if not any_value and not isinstance(value, dict):
        return at(places.of("").offset, "a request body is an object: it begins with {.")
    return None


def _explained(text: str, said: str, at: int) -> tuple[int, str]:
    """The place and the sentence for what the parser said; Python's versions differ in both."""
    here = text[at : at + 1]
    before = text[:at].rstrip(" \t\r\n")
    if said.startswith("Illegal trailing comma") or (here in ("}", "]") and before.endswith(",")):
        comma = at if here == "," else len(before) - 1
        return comma, "this comma is one too many: nothing follows it."
    match said:
        case "Extra data":
            return at, "the JSON has ended before this: a bracket closes too early, or this is too much."
        case "Expecting ',' delimiter":
            return at, "the text ends in the middle: a bracket is not closed." if not here else (
                "a comma is missing before this."
            )
        case "Expecting ':' delimiter":
            return at, "a colon is missing between the name and its value."
        case "Unterminated string starting at":
            return at, "the quote that begins here is never closed."
    if said.startswith("Invalid control character"):
        what = "a line break" if here in ("\n", "\r") else "a tab" if here == "\t" else "a control character"
        escape = json.dumps(here)[1:-1]
        return at, f"{what} inside a quoted text is written {escape}."
    if said.startswith("Invalid \\"):
        return (
            at,
            'a backslash is written \\\\, and begins nothing but \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX.',
        )
    wanted = "a name in double quotes" if said.startswith("Expecting property name") else "a value"
    if not here:
        return at, f"the text ends where {wanted} is missing."
    if here in _OTHER_QUOTES:
        return at, 'names and texts stand in straight double quotes: ".'
    word = _WORD.match(text, at)
    if word and word[0] in _WORDS:
        return at, f"JSON writes {_WORDS[word[0]]} for {word[0]}."
    return at, f"{wanted} is missing here."
