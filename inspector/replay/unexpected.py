"""An answer that came whole and is not what was asked for: a redirect, a page, half a JSON text, nothing.

Such come from what stands before Azure, as a proxy or a sign-in, and from addresses that are not quite right.
A status from 400 on, and what a stream or a response tells of itself, is read where summaries are made.
"""

from __future__ import annotations

from inspector.capture.encodings import decode
from inspector.capture.model import Headers
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object

_WHOSE = "it may be of a proxy or a sign-in before Azure"


def unexpected(
    operation: Operation, status: int, headers: Headers, body: bytes, *, events: bool
) -> str | None:
    """What it is instead, in words; None where it is what was asked for. `events`: it was a stream."""
    given = {name.lower(): value.strip() for name, value in headers}
    if 300 <= status < 400:
        return _moved(status, given.get("location", ""))
    if status >= 400 or events or operation is Operation.DELETE:
        return None  # what deletes may say nothing
    plain, problem = decode(body, headers)
    if problem:
        return f"the answer cannot be read: {problem}"
    if not plain.strip():
        return f"the answer is empty: {_WHOSE}"
    if parse_object(plain) is None:
        kind = given.get("content-type", "").partition(";")[0].strip().lower()
        if "json" in kind:
            return "the answer says that it is JSON, and is no JSON object, or only a part of one"
        return f"the answer is no JSON object ({kind or 'it says nothing of what it is'}): {_WHOSE}"
    return None


def _moved(status: int, location: str) -> str:
    address = location.partition("?")[0].partition("#")[0]  # behind these a sign-in has its state
    if not address:
        return f"{status}, without saying where to: {_WHOSE}"
    return f"{status}, which leads to {address} and is not followed: name that with --to if it is yours"
