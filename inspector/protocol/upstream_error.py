"""The many shapes of an upstream's error, read into one; and what each means to a Responses client.

Azure and OpenAI send `{"error": {...}}`, Foundry adds `details`, content filters `innererror`, API
Management `{"statusCode", "message"}`, servers built by others `{"error": "text"}`, `{"detail": ...}` or
`{"object": "error"}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.protocol.json_text import write


@dataclass(frozen=True, slots=True)
class UpstreamError:
    """An error as the upstream told it; `extra` holds the fields beyond these four, verbatim."""

    message: str
    code: str | None = None
    type: str | None = None
    param: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


_NAMED = ("message", "code", "type", "param")
# Where the words are, in forms that have no `message`: sign-in, problem details, .NET.
_OTHER_WORDS = ("detail", "error_description", "title", "reason", "Message")


def read_error(value: object, *, named: str = "") -> UpstreamError | None:
    """The error that a JSON value tells, None when none: a body, or the data of an event of that name."""
    if not isinstance(value, Mapping):
        return None
    inner = value.get("error")
    if isinstance(inner, Mapping) and inner:
        return _from_object(inner)
    if isinstance(inner, str) and inner:
        if isinstance(words := value.get("message") or value.get("error_description"), str):
            return UpstreamError(words, code=inner)
        return UpstreamError(inner, code=_text(value.get("code")), type=_text(value.get("type")))
    if inner is True or (isinstance(inner, (list, int, float)) and inner):
        return UpstreamError(
            _words(value.get("message")) or write_or_repr(inner), code=_text(value.get("code"))
        )
    if named == "error" or value.get("object") == "error" or value.get("type") == "error":
        return _from_object(value)
    if "statusCode" in value and "message" in value:
        return UpstreamError(_words(value["message"]), code=_text(value["statusCode"]))
    if "choices" not in value and "id" not in value:
        if isinstance(value.get("message"), str) and "code" in value:
            return _from_object(value)
        if detail := value.get("detail"):
            return UpstreamError(_words(detail))
    return None


def _from_object(error: Mapping[str, Any]) -> UpstreamError:
    code = _text(error.get("code"))
    message = next((said for name in ("message", *_OTHER_WORDS) if (said := _words(error.get(name)))), "")
    return UpstreamError(
        message or code or _text(error.get("type")) or write_or_repr(error),
        code=code,
        type=_text(error.get("type")),
        param=_text(error.get("param")),
        extra={name: value for name, value in error.items() if name not in _NAMED},
    )


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _words(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else write_or_repr(value)


def write_or_repr(value: object) -> str:
    """JSON of the value if it has one: for showing, so it must not fail."""
    try:
        return write(value)
    except ValueError:
        return f"<{type(value).__name__} that cannot be written as JSON>"


# What a failed response's code makes Codex do (measured): these end the turn, `rate_limit_exceeded` waits for
# as long as the message says, anything else is tried again. The first row that fits decides.
_CODES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("context_length_exceeded", re.compile(r"context_length_exceeded|maximum context length|context window")),
    ("insufficient_quota", re.compile(r"insufficient_quota|exceeded your current quota")),
    ("usage_not_included", re.compile(r"usage_not_included")),
    ("cyber_policy", re.compile(r"cyber_policy")),
    ("model_not_found", re.compile(r"model_not_found|deploymentnotfound|modelnotfound")),
    ("server_is_overloaded", re.compile(r"server_is_overloaded")),
    (
        "rate_limit_exceeded",
        re.compile(r"rate[_ ]?limit|ratelimitreached|too[_ ]?many[_ ]?requests|\b429\b|quota exceeded"),
    ),
    (
        "invalid_prompt",
        re.compile(r"invalid_prompt|content_filter|content_policy|invalid_request|badrequest|\b400\b"),
    ),
)

_TRY_AGAIN = re.compile(r"try again in\s*\d+(?:\.\d+)?\s*(?:s|ms)", re.IGNORECASE)  # the words Codex reads
# "retry after 26 seconds", "try again in 1m12.5s", "retry in 250 milliseconds"
_TIME = r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|milliseconds?|h|hours?|m|min|minutes?|s|sec|seconds?)(?![a-z])\s*"
_WAIT = re.compile(rf"\b(?:retry|try again)\s+(?:after|in)\s+((?:{_TIME})+)", re.IGNORECASE)
_PART = re.compile(_TIME, re.IGNORECASE)
_WAIT_FIELDS = {"retry_after": 1000, "retry_after_seconds": 1000, "retry_after_ms": 1}


def failure_of(error: UpstreamError) -> tuple[str, str]:
    """(code, message) of the `response.failed` that makes Codex do the right thing about this error."""
    words = (error.code, error.type, _text(error.extra.get("status")))
    named = " ".join(word for word in words if word).lower()
    said = error.message.lower()
    code = next((code for code, pattern in _CODES if pattern.search(named)), None)
    # Words of the message decide only where the code says nothing of use: a message quotes what it likes.
    if code is None or code == "invalid_prompt":
        code = next((c for c, pattern in _CODES[:2] if pattern.search(said)), code)
    if code is None and "rate limit" in said:
        code = "rate_limit_exceeded"
    code = code or "server_error"
    message = error.message
    if code == "rate_limit_exceeded" and not _TRY_AGAIN.search(message) and (wait := _wait(error)):
        told = f"{wait / 1000:g}s" if wait >= 1000 else f"{wait:g}ms"
        message = f"{message} Please try again in {told}."
    return code, message


def _wait(error: UpstreamError) -> float:
    """How long to wait, in ms, as the error says it in words or in a field; 0 when it does not."""
    if said := _WAIT.search(error.message):
        return sum(float(number) * _milliseconds(unit.lower()) for number, unit in _PART.findall(said[1]))
    for name, milliseconds in _WAIT_FIELDS.items():
        value = error.extra.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 10**9:
            return value * milliseconds
    return 0


def _milliseconds(unit: str) -> int:
    if unit.startswith(("ms", "milli")):
        return 1
    return {"h": 3_600_000, "m": 60_000, "s": 1000}[unit[0]]
