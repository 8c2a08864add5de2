"""Settings as people write them on a command line, NAME=VALUE, read into values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from inspector.protocol.limits import Limits


def pairs(texts: Iterable[str], form: str) -> dict[str, str]:
    """`["a=b"]` as a mapping; ValueError with one sentence, which names the `form` that was wanted."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise ValueError(f"{text!r} is not {form}.")
        found[name] = value
    return found


def limits(texts: Iterable[str]) -> Limits:
    """Limits of which some are named: `["tools=128", "temperature=0-1.5"]`. ValueError with one sentence."""
    read = Limits()
    known = [field.name for field in fields(Limits)]
    for name, value in pairs(texts, "NAME=VALUE, as in tools=128").items():
        if name not in known:
            raise ValueError(f"There is no limit {name!r}: there are {', '.join(known)}.")
        read = replace(read, **{name: _limit(name, value, getattr(read, name))})
    return read


_RANGE = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")


def _limit(name: str, text: str, default: Any) -> Any:
    """A limit of the default's kind."""
    if not isinstance(default, tuple):
        if not re.fullmatch("[0-9]{1,12}", text):
            raise ValueError(f"The limit {name}={text} is no whole number.")
        return int(text)
    found = _RANGE.fullmatch(text)
    low, high = (_number(found[1]), _number(found[2])) if found else (1, 0)
    if low > high:
        raise ValueError(f"The limit {name}={text} is no range: write it like {default[0]}-{default[1]}.")
    return low, high


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)
