"""The text of a filter as words, marks and terms, each with its place. Nothing here knows a key.

| | |
|---|---|
| `"..."` where something begins | a phrase; `\\"` and `\\\\` inside it are a quote and a backslash |
| `key:` and, right behind it, values with commas | a term; `tokens>5` is `tokens:>5` |
| `(`, `)` | a group; inside a word, parentheses that balance belong to it: `f(x)` |
| `-` before something | `not` |
| `or`, `and`, `not`, in any case | themselves |
| everything else up to a space | a word |

What looks like a key but is followed by `//` is an address, thus a word.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import Enum

from inspector.capture.filter.problem import FilterError, shown


class Mark(Enum):
    """What a token is."""

    WORD = "word"
    PHRASE = "phrase"
    TERM = "term"
    OPEN = "("
    CLOSE = ")"
    NOT = "not"
    AND = "and"
    OR = "or"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a term: `operator` is one of `OPERATORS` or "", `at` where it begins."""

    text: str
    at: int
    operator: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a filter; `text` is the word, the phrase without its quotes, or the term's key."""

    mark: Mark
    text: str
    at: int
    values: tuple[Value, ...] = ()


OPERATORS = (">=", "<=", ">", "<", "=")

_KEY = re.compile(r"([A-Za-z][A-Za-z_]*(?:\.[A-Za-z_]+)*)(?::(?!//)|(?=[<>]))")
_OPERATOR = re.compile("|".join(OPERATORS))
_WORDS = {"or": Mark.OR, "and": Mark.AND, "not": Mark.NOT}
_PLAIN_WORD = re.compile(r"\w[\w./@#+=-]*")
_PLAIN_VALUE = re.compile(r"\w[\w./@#+=:-]*")


def tokens(text: str, compared: Container[str]) -> Iterator[Token]:
    """The tokens of a filter. Raises FilterError for a quote that is not closed, and the like.

    The keys `compared` are keys without a colon too, where `<` or `>` comes right behind.
    """
    at = 0
    while at < len(text):
        letter = text[at]
        if letter.isspace():
            at += 1
        elif letter in "()":
            yield Token(Mark(letter), letter, at)
            at += 1
        elif letter == '"':
            phrase, end = _phrase(text, at)
            yield Token(Mark.PHRASE, phrase, at)
            at = end
        elif letter == "-" and text[at + 1 : at + 2] != "-":
            yield Token(Mark.NOT, "-", at)
            at += 1
            if at == len(text) or text[at].isspace() or text[at] == ")":
                raise FilterError(
                    "'-' wants a condition right behind it; to look for the sign itself, quote it", at - 1
                )
        elif (found := _KEY.match(text, at)) and (found[0][-1] == ":" or found[1].lower() in compared):
            values, end = _values(text, found.end())
            yield Token(Mark.TERM, found[1].lower(), at, values)
            at = end
        else:
            end = _bare(text, at, "")
            word = text[at:end]
            yield Token(_WORDS.get(word.lower(), Mark.WORD), word, at)
            at = end


def quoted(text: str) -> str:
    """A phrase that reads back as `text`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def written_word(text: str) -> str:
    """A word that reads back as `text`: in quotes unless it is a plain one."""
    plain = _PLAIN_WORD.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else quoted(text)


def written_value(text: str) -> str:
    """A term's value that reads back as `text`."""
    return text if _PLAIN_VALUE.fullmatch(text) else quoted(text)


def _values(text: str, at: int) -> tuple[tuple[Value, ...], int]:
    """The values that begin at `at`, and where they end."""
    values = []
    while True:
        start = at
        operator = found[0] if (found := _OPERATOR.match(text, at)) else ""
        at += len(operator)
        if text[at : at + 1] == '"':
            word, end = _phrase(text, at)
            values.append(Value(word, start, operator, quoted=True))
            if end < len(text) and not text[end].isspace() and text[end] not in ",)":
                raise FilterError(
                    f"behind a quoted value comes a comma or a space, not {shown(text[end])}", end
                )
        else:
            end = _bare(text, at, ",")
            values.append(Value(text[at:end], start, operator))
        at = end
        if text[at : at + 1] != ",":
            return tuple(values), at
        at += 1


def _bare(text: str, at: int, stops: str) -> int:
    """Where the word at `at` ends: at a space, at one of `stops`, at a `)` that it did not open."""
    depth = 0
    while at < len(text) and not text[at].isspace() and text[at] not in stops:
        if text[at] == ")":
            if not depth:
                break
            depth -= 1
        depth += text[at] == "("
        at += 1
    return at


def _phrase(text: str, at: int) -> tuple[str, int]:
    """The phrase whose quote is at `at`, and where it ends."""
    letters: list[str] = []
    end = at + 1
    while end < len(text):
        letter = text[end]
        if letter == '"':
            return "".join(letters), end + 1
        if letter == "\\" and text[end + 1 : end + 2] in ('"', "\\"):
            end += 1
            letter = text[end]
        letters.append(letter)
        end += 1
    raise FilterError("the quote that opens here is never closed: write another one behind the phrase", at)
