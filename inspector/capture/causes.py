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

import re
from collections.abc import Mapping
from html import unescape
from http import HTTPStatus
from typing import Any

from inspector.protocol.json_text import parse
from inspector.protocol.surrogates import whole
from inspector.protocol.upstream_error import UpstreamError, read_error

_LONGEST = 500
_LONGEST_PAGE = 2**14  # characters of HTML that are looked at
# Neither crosses a "<" that it did not begin with: a body of nothing else would take minutes.
_TAG = re.compile(r"<[^<>]*>")
_TITLE = re.compile(r"(?i)<title[^<>]*>([^<]*)</title>")
_CUT_WORD = re.compile(
    r"[\w.~+/=-]*\Z", re.ASCII
)  # might be half of a secret, which nobody would know for one
_UNSEEN = re.compile(r"(?is)<(script|style)\b.*?(?:</\1>|\Z)")


def of_status(status: int, body: bytes) -> str:
    """An HTTP error in words, one line: `429 rate_limit_exceeded: Rate limit is exceeded. ...`."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "unknown status"
    # Some repeat it as the code, or in the title of a page.
    said = re.sub(rf"^{status}\b[:\s-]*", "", of_body(body) or "")
    return one_line(f"{status} {said}" if said else f"{status} {phrase}")


def of_body(body: bytes) -> str | None:
    """What an error body says, None when it says nothing."""
    text = body[: 2**20].decode("utf-8-sig", "replace").strip()
    try:
        value = parse(text)
    except ValueError:
        return one_line(_of_page(text[:_LONGEST_PAGE])) or None
    return of_value(value)


def of_value(value: object) -> str | None:
    """What a parsed error object, or an object that has one, says; None when it says nothing."""
    if isinstance(value, str):
        return one_line(value) or None
    if isinstance(value, list):  # some gateways wrap the object
        return next((said for one in value[:3] if (said := of_value(one))), None)
    if not isinstance(value, Mapping) or not any(value.values()):
        return None
    error = read_error(value, named="error")
    return one_line(_of_error(error)) if error else None


def one_line(text: str) -> str:
    """The text on one line that a list, a terminal and a file can bear."""
    letters = (letter if letter.isprintable() else " " for letter in whole(text[: 4 * _LONGEST]))
    line = " ".join("".join(letters).split())
    return line if len(line) <= _LONGEST else f"{_CUT_WORD.sub('', line[: _LONGEST - 1])}…"


def _of_page(text: str) -> str:
    """HTML's title, else its text; other text as it is."""
    if not text.startswith("<"):
        return text
    title = _TITLE.search(text)
    return unescape(title[1] if title else _TAG.sub(" ", _UNSEEN.sub(" ", text)))


def _of_error(error: UpstreamError) -> str:
    said = error.message
    details = error.extra.get("details")
    if isinstance(details, list):
        found = [one.get("message") for one in details[:3] if isinstance(one, Mapping)]
        told = [words for words in found if isinstance(words, str) and words]
        said = "; ".join([said.rstrip(".") if told else said, *told])
    if filtered := _filtered(error.extra):
        said = f"{said} [{', '.join(filtered)}]"
    # `error` is the type of an event, not a reason.
    code = next((name for name in (error.code, error.type) if name and name != "error"), None)
    return f"{code}: {said}" if code and code not in said else said


def _filtered(extra: Mapping[str, Any]) -> list[str]:
    """The categories of a content filter's result that filtered, with their severity."""
    inner = extra.get("innererror")
    holder = inner if isinstance(inner, Mapping) else extra
    result = holder.get("content_filter_result") or holder.get("content_filter_results")
    if not isinstance(result, Mapping):
        return []
    categories = []
    for name, verdict in result.items():
        if isinstance(verdict, Mapping) and (verdict.get("filtered") is True):
            severity = verdict.get("severity")
            categories.append(f"{name}: {severity}" if isinstance(severity, str) else str(name))
    return categories
