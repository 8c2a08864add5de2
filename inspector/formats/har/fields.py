"""Members of an archive's objects, whatever they are: what is not as HAR 1.2 has it counts as not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from inspector.capture.model import Headers

_VERSIONS = {
    "h2": "HTTP/2.0", "http/2": "HTTP/2.0", "http/2.0": "HTTP/2.0", "h2c": "HTTP/2.0",
    "h3": "HTTP/3", "http/3": "HTTP/3", "http/3.0": "HTTP/3",
    "http/1.1": "HTTP/1.1", "http/1.0": "HTTP/1.0",
}  # fmt: skip


def text(of: Mapping[str, Any], name: str) -> str | None:
    """A string."""
    value = of.get(name)
    return value if isinstance(value, str) else None


def number(of: Mapping[str, Any], name: str) -> float | None:
    """A number; -1 is HAR's word for one that is not known."""
    value = of.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        told = float(value)
    except OverflowError:
        return None
    return told if isfinite(told) and told >= 0 else None


def whole(of: Mapping[str, Any], name: str) -> int | None:
    """The same without its fraction."""
    told = number(of, name)
    return None if told is None else int(told)


def inner(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object, {} when there is none."""
    value = of.get(name)
    return value if isinstance(value, dict) else {}


def headers(of: Mapping[str, Any]) -> Headers:
    """The header fields in their order; without HTTP/2's `:path` and the like, which are told elsewhere.

    Slack writes pairs instead of objects.
    """
    found = []
    for each in _list(of, "headers"):
        name, value = None, None
        if isinstance(each, dict):
            name, value = each.get("name"), each.get("value")
        elif isinstance(each, list) and len(each) == 2:
            name, value = each
        if isinstance(name, str) and name and not name.startswith(":"):
            found.append((_latin(name), _latin(value if isinstance(value, str) else "")))
    return tuple(found)


def pairs(of: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    """Names and values of a list of HAR's objects."""
    return [
        (str(each.get("name", "")), str(each.get("value", "")))
        for each in _list(of, name)
        if isinstance(each, dict)
    ]


def http_version(*of: Mapping[str, Any]) -> str:
    """The first version that is told: Chrome says "h2" and "http/1.1", or "unknown", or nothing."""
    for each in of:
        told = (text(each, "httpVersion") or "").strip()
        known = _VERSIONS.get(told.lower()) or ("HTTP/3" if told.lower().startswith("h3-") else None)
        if known:
            return known
        if told and told.lower() != "unknown":
            return told
    return ""


def moment(of: Mapping[str, Any], name: str) -> float | None:
    """Unix time of an ISO 8601 date after 1970; without a zone it is UTC."""
    try:
        told = datetime.fromisoformat((text(of, name) or "").strip())
        seconds = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return seconds if seconds >= 0 else None


def _list(of: Mapping[str, Any], name: str) -> list[Any]:
    value = of.get(name)
    return value if isinstance(value, list) else []


def _latin(value: str) -> str:
    """Characters beyond Latin-1 as the bytes they were sent as."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("latin-1")
    return value
