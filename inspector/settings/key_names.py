"""What a key is called: a character, or a name as Textual has it, with modifiers before it."""

from __future__ import annotations

import string
import unicodedata
from typing import Any

from inspector.settings.problem import close_ones

_MODIFIERS = ("ctrl", "shift", "alt", "super", "hyper", "meta")
_SHORTER = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def _name_of(character: str) -> str:
    name = unicodedata.name(character).lower().replace(" ", "_").replace("-", "_")
    return _SHORTER.get(name, name)


_WRITTEN = {_name_of(character): character for character in string.punctuation}
_NAMES = {
    *("escape", "enter", "tab", "space", "backspace", "delete", "insert"),
    *("home", "end", "pageup", "pagedown", "up", "down", "left", "right"),
    *(f"f{number}" for number in range(1, 25)),
    *_WRITTEN,
}


def written(key: str) -> str:
    """The key as a person writes it: `?` for `question_mark`."""
    return _WRITTEN.get(key, key)


def split_keys(value: Any) -> Any:
    """A list of keys as it is, a text at its commas; a comma alone is the key."""
    if not isinstance(value, str):
        return value
    return [value] if value == "," else [part.strip() for part in value.split(",") if part.strip()]


def key_name(text: str) -> str:
    """The key's name as Textual has it. ValueError says what is wrong with it."""
    if text == " ":
        return "space"
    held, plus, begin = text[:-1].rpartition("+")  # the last character is the key's, a plus too
    key = begin + text[-1:]
    modifiers = held.lower().split("+") if plus else []
    for modifier in modifiers:
        if modifier not in _MODIFIERS:
            close = close_ones(modifier, _MODIFIERS)
            raise ValueError(f"{text!r} is no key: there is no {modifier!r} to hold{close}")
    if len(key) != 1:
        key = key.lower()
        if key not in _NAMES:
            raise ValueError(f"{text!r} is no key: write a character or a name{close_ones(key, _NAMES)}")
    elif not key.isprintable():
        raise ValueError(f"{text!r} is no key: write a character or a name")
    elif modifiers == ["shift"] and key.isalpha():
        return key.upper()  # which is what a terminal sends
    elif not key.isalnum() and key in string.punctuation:
        key = _name_of(key)
    elif modifiers:
        key = key.lower()
    return "+".join((*modifiers, key))
