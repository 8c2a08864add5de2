"""Numbers with their units, and the ranges of them that a term can ask for.

| unit | as in |
|---|---|
| a number | `429`, `4xx` (a status) |
| a count | `300`, `12k`, `1.5M` |
| a length of time | `300ms`, `5s`, `1m30s`, `2h`; a bare number is seconds |
| a size | `812`, `812B`, `41KB`, `1.2MB`, `1GB`: powers of 1000, as they are shown |
| a moment | `14:20:30`, `2026-09-21`, `2026-09-21T14:20`, `today`, `yesterday`, `10m` (ago) |
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from inspector.capture.filter.problem import FilterError, shown
from inspector.capture.filter.tokens import Value

Read = Callable[[str], float | None]
"""What a text comes to, in the unit's base (1, seconds, bytes, Unix time); None when it is none."""

_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_COUNT = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)([kKmMgG]?)", re.ASCII)
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)([kKmMgG]?)[bB]?", re.ASCII)
_PART = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(ms|s|min|m|h|d)", re.ASCII)
_CLASS = re.compile(r"([1-9])xx", re.ASCII | re.IGNORECASE)
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d(?:\.\d{1,6})?))?", re.ASCII)
_THOUSANDS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, None for no limit, both of them in it unless `open`.

    `text` is how it was written, which is what two ranges are compared by: `10m` ago moves.
    """

    text: str
    low: float | None = field(default=None, compare=False)
    high: float | None = field(default=None, compare=False)
    open: bool = field(default=False, compare=False)

    def has(self, number: float) -> bool:
        """Whether the number lies in it."""
        if self.open:
            return (self.low is None or self.low < number) and (self.high is None or number < self.high)
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)

    def __str__(self) -> str:
        return self.text


def read_range(key: str, wanted: str, read: Read, value: Value) -> Range:
    """The range that a term's value stands for; `wanted` says what `read` understands: "a number"."""
    text = f"{value.operator}{value.text}"
    start = value.at + len(value.operator)

    def number(part: str, at: int) -> float:
        found = None if value.quoted else read(part)
        if found is None:
            given = f", found {shown(part)}" if part else " right behind it"
            raise FilterError(f"{key}: wants {wanted}{given}", at if part else value.at)
        return found

    if value.operator == "" and (found := _CLASS.fullmatch(value.text)) and key == "status":
        return Range(text, int(found[1]) * 100, int(found[1]) * 100 + 99)
    first, dots, second = value.text.partition("..")
    if dots and not value.quoted:
        if value.operator:
            raise FilterError(f"{key}: takes {value.operator!r} or a range a..b, not both", value.at)
        if not first and not second:
            raise FilterError(f"{key}: wants {wanted} before or behind '..'", start)
        low = number(first, start) if first else None
        high = number(second, start + len(first) + 2) if second else None
        if low is not None and high is not None and low > high:
            raise FilterError(
                f"{key}: the range {shown(value.text)} is empty, the smaller one comes first", start
            )
        return Range(text, low, high)
    limit = number(value.text, start)
    match value.operator:
        case ">" | ">=":
            return Range(text, low=limit, open=value.operator == ">")
        case "<" | "<=":
            return Range(text, high=limit, open=value.operator == "<")
    return Range(text, limit, limit)


def plain(text: str) -> float | None:
    """A number."""
    return float(text) if _NUMBER.fullmatch(text) else None


def count(text: str) -> float | None:
    """A count, with `k` for a thousand."""
    found = _COUNT.fullmatch(text)
    return float(found[1]) * _THOUSANDS[found[2].lower()] if found else None


def size(text: str) -> float | None:
    """Bytes."""
    found = _SIZE.fullmatch(text)
    return float(found[1]) * _THOUSANDS[found[2].lower()] if found else None


def length(text: str) -> float | None:
    """Seconds."""
    if _NUMBER.fullmatch(text):
        return float(text)
    parts = list(_PART.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        return None
    return sum(float(part[1]) * _SECONDS[part[2]] for part in parts)


def moment(now: datetime) -> Read:
    """Unix time, as seen at `now` and in its zone; a naive `now` is in this computer's zone."""

    def read(text: str) -> float | None:
        try:
            found = _moment(text, now)
            return None if found is None else found.timestamp()
        except (ValueError, OverflowError, OSError):  # no such day, or one that no clock reaches
            return None

    return read


def _moment(text: str, now: datetime) -> datetime | None:
    if found := _CLOCK.fullmatch(text):
        seconds = float(found[3] or 0)
        clock = time(int(found[1]), int(found[2]), int(seconds), int(seconds % 1 * 1_000_000))
        return datetime.combine(now.date(), clock, now.tzinfo)
    if text.lower() in ("today", "yesterday"):
        day = now.date() - timedelta(days=text.lower() == "yesterday")
        return datetime.combine(day, time(), now.tzinfo)
    if text[:1].isdigit() and not _NUMBER.fullmatch(text) and (ago := length(text)) is not None:
        return now - timedelta(seconds=ago)
    if not re.match(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    if len(text) == len("2026-09-21"):
        return datetime.combine(date.fromisoformat(text), time(), now.tzinfo)
    said = datetime.fromisoformat(text)
    return said if said.tzinfo else said.replace(tzinfo=now.tzinfo)
