"""Error bodies in words: every form in which Azure, OpenAI or something between them says what went wrong.

| form | from |
|---|---|
| `{"error": {"message", "code", "type", "param"}}` | OpenAI, Azure OpenAI |
| ... with `details: [{"message"}]` | Foundry's `invalid_payload` |
| ... with `innererror.content_filter_result` | a content-filter 400: the categories that filtered |
| `{"error": "text"}`, `{"error_description"}`, `{"detail"}`, `{"title"}` | sign-in and other gateways |
| `{"statusCode", "message"}` | API Management |
| a page of HTML, or plain text | everything else |
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

_LONGEST = 500
_TAG = re.compile(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>")
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")


def of_status(status: int, body: bytes) -> str:
    """An HTTP error in words, one line: `429 rate_limit_exceeded: Rate limit is exceeded. ...`."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "unknown status"
    said = (of_body(body) or "").removeprefix(f"{status}: ")  # some repeat it as the code
    return one_line(f"{status} {said}" if said else f"{status} {phrase}")


def of_body(body: bytes) -> str | None:
    """What an error body says, None when it says nothing."""
    text = body[: 2**20].decode(errors="replace").strip()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        title = _TITLE.search(text)
        plain = title[1] if title else _TAG.sub(" ", text) if text.startswith("<") else text
        return one_line(plain) or None
    return of_value(value)


def of_value(value: object) -> str | None:
    """What a parsed error object, or an object that has one, says; None when it says nothing."""
    if isinstance(value, str):
        return one_line(value) or None
    if isinstance(value, list):  # some gateways wrap the object
        return next((said for one in value[:3] if (said := of_value(one))), None)
    if not isinstance(value, Mapping):
        return None
    error = value.get("error")
    if isinstance(error, Mapping) and error:
        return _of_object(error)
    if isinstance(error, str) and error:
        return one_line(": ".join([error, *_texts(value, "error_description", "message")[:1]]))
    return _of_object(value)


def one_line(text: str) -> str:
    """The text on one line, cut to a length that a list can bear."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _of_object(error: Mapping[str, Any]) -> str | None:
    message = next(iter(_texts(error, "message", "detail", "error_description", "title", "reason")), None)
    code = next((str(error[name]) for name in ("code", "type") if _is_code(error.get(name))), None)
    details = error.get("details")
    if isinstance(details, list):
        reasons = [said for one in details[:3] if isinstance(one, Mapping) for said in _texts(one, "message")]
        message = "; ".join([*([message] if message else []), *reasons]) or None
    filtered = _filtered(error)
    if filtered:
        message = f"{message or 'the content was filtered'} [{', '.join(filtered)}]"
    if message and code and code not in message:
        message = f"{code}: {message}"
    said = message or code
    return one_line(said) if said else None


def _is_code(value: object) -> bool:
    if isinstance(value, str):
        return value not in ("", "error")  # `error` is the type of an event, not a reason
    return isinstance(value, int) and not isinstance(value, bool)


def _filtered(error: Mapping[str, Any]) -> list[str]:
    """The categories of a content filter's result that filtered, with their severity."""
    inner = error.get("innererror")
    result = inner.get("content_filter_result") if isinstance(inner, Mapping) else None
    if not isinstance(result, Mapping):
        return []
    categories = []
    for name, verdict in result.items():
        if isinstance(verdict, Mapping) and (verdict.get("filtered") is True):
            severity = verdict.get("severity")
            categories.append(f"{name}: {severity}" if isinstance(severity, str) else str(name))
    return categories


def _texts(value: Mapping[str, Any], *names: str) -> list[str]:
    return [value[name] for name in names if isinstance(value.get(name), str) and value[name].strip()]
