"""Headers of two messages: which came, went or changed, whatever the case of their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from inspector.protocol.compare.change import Change, HeaderChange
from inspector.protocol.compare.ignore import NOTHING, Ignore
from inspector.protocol.compare.values import value_difference
from inspector.protocol.json_text import parse_object

ROUTINE = frozenset(
    (
        "content-length",
        "date",
        "traceparent",
        "x-client-request-id",
        "x-codex-turn-metadata",
        "x-codex-turn-state",
        "apim-request-id",
        "x-request-id",
        "x-ms-request-id",
        "x-ms-client-request-id",
        "openai-processing-ms",
        "x-envoy-upstream-service-time",
        "cf-ray",
    )
)
"""Headers that differ from one message to the next."""

Headers = Iterable[tuple[str, str]]


def compare_headers(old: Headers, new: Headers, ignore: Ignore = NOTHING) -> tuple[HeaderChange, ...]:
    """What changed, by name in the old order, what is new after it. Values as they are, secrets too."""
    before, after = _joined(old, ignore), _joined(new, ignore)
    return tuple(
        _change(name, before.get(name), after.get(name))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    )


def _change(name: str, before: str | None, after: str | None) -> HeaderChange:
    change = Change.ADDED if before is None else Change.VANISHED if after is None else Change.CHANGED
    old, new = _object(before), _object(after)
    parts = value_difference(old, new) if old is not None and new is not None else ()
    routine = name in ROUTINE or name.startswith("x-ratelimit-")
    return HeaderChange(change, name, before, after, parts, routine)


def _joined(headers: Headers, ignore: Ignore) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in ignore.headers:
            found.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}


def _object(value: str | None) -> dict[str, Any] | None:
    return parse_object(value) if value and value.startswith("{") else None
