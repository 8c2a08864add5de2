"""Answers of our own making, and upstream's answers with another body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mitmproxy.http import Headers, Response
from mitmproxy.net.http import status_codes

from inspector.capture.encodings import decode
from inspector.protocol.json_text import parse, to_bytes
from inspector.proxy.passage import plain

JSON = "application/json"
EVENT_STREAM = "text/event-stream"


def error_body(kind: str, code: str, message: str) -> dict[str, Any]:
    """A Responses error."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def answer(status: int, body: Mapping[str, Any]) -> Response:
    """A whole answer."""
    return Response.make(status, to_bytes(body), {"content-type": JSON})


def event_stream(content: bytes) -> Response:
    """A whole answer of events."""
    return Response.make(200, content, {"content-type": EVENT_STREAM})


def replace(response: Response, status: int, content: bytes, content_type: str = JSON) -> None:
    """Gives upstream's answer another body, and where it is another one, the status with its reason."""
    unframe(response.headers)
    response.headers["content-type"] = content_type
    if response.status_code != status:
        response.status_code, response.reason = status, status_codes.RESPONSES.get(status, "")
    response.content = content


def fields(headers: Iterable[tuple[str, str]]) -> Headers:
    """Header fields as mitmproxy has them, of the capture's."""
    return Headers([(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers])


def unframe(headers: Headers) -> None:
    """Takes away what was said about a body that is not the one to come."""
    for name in ("content-encoding", "content-length", "transfer-encoding", "trailer"):
        headers.pop(name, None)


def json_object(raw: bytes | None, headers: Headers) -> tuple[dict[str, Any] | None, int]:
    """The JSON object that a message's body is, None for anything else; and the body's length, unpacked."""
    body, problem = decode(raw or b"", plain(headers))
    try:
        value = None if problem else parse(body.decode("utf-8-sig"))
    except ValueError:  # UnicodeDecodeError is one
        value = None
    return (value if isinstance(value, dict) else None), len(body)
