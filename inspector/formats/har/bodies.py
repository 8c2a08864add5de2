"""Bodies as archives hold them: as text, decoded from whatever they were packed in, or as base64, or not."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from inspector.capture.encodings import encodings
from inspector.capture.model import Headers, Message
from inspector.formats.har import fields

_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}

_WINDOWS = {ord(char): n for n in range(0x80, 0xA0) if (char := bytes([n]).decode("cp1252", "ignore"))}
"""Characters of Windows-1252 where Latin-1 has none."""


class Held(NamedTuple):
    """A body, None when the file does not hold it; how large it was then; what is odd about it."""

    body: bytes | None
    size: int = 0
    remarks: tuple[str, ...] = ()

    def message(self, headers: Headers, status: int | None, whose: str) -> tuple[Message, tuple[str, ...]]:
        """The leg, with headers that fit its body, and all there is to remark on it."""
        if self.body is None:
            return Message(headers, b"", status, absent=True), self.remarks
        kept, remarks = _without_claims(headers, self.body, whose)
        return Message(kept, self.body, status), (*self.remarks, *remarks)


def of_request(request: Mapping[str, Any]) -> Held:
    """What was sent."""
    told = fields.inner(request, "postData")
    if not fields.text(told, "text"):  # what HTTP Toolkit does with bodies that are no text
        told = {**told, **fields.inner(request, "_content")}
    size = fields.whole(request, "bodySize") or 0
    given = fields.text(told, "text")
    params = fields.pairs(told, "params")
    if given:
        return _decoded(told, size, "request")
    if params:
        remark = "The request's body is put together from its form fields: the file holds no more of it."
        # Charles makes one field, without a value, of a body that is called a form and is none.
        lone = params[0][0] if len(params) == 1 and not params[0][1] else urlencode(params)
        return Held(as_sent(lone), size, (remark,))
    if size:
        return Held(None, size, (f"The file does not hold the request's body of {size:,} bytes.",))
    return Held(b"")


def of_response(response: Mapping[str, Any]) -> Held:
    """What was answered."""
    told = fields.inner(response, "content")
    size = fields.whole(told, "size") or fields.whole(response, "bodySize") or 0
    given = fields.text(told, "text")
    streamed = _content_type(response, told) == "text/event-stream"
    if given:
        rightly = {**told, "text": _read_rightly(given)} if streamed else told
        return _decoded(rightly, size, "response")
    if size:
        return Held(None, size, (f"The file does not hold the response's body of {size:,} bytes.",))
    if streamed and fields.whole(response, "status") == 200:
        # mitmproxy keeps nothing of what it streams, and tells of none.
        return Held(None, 0, ("The file does not hold the events of the response.",))
    return Held(b"")


def as_sent(given: str) -> bytes:
    """The bytes of a text."""
    try:
        return given.encode("utf-8", "surrogateescape")  # mitmproxy's form of bytes that are no text
    except UnicodeEncodeError:
        return given.encode("utf-8", "replace")


def _read_rightly(given: str) -> str:
    """An event stream, which is UTF-8 by its standard; mitmproxy reads it as Latin-1, and a browser that is
    told no charset as Windows-1252.
    """
    if given.isascii():
        return given
    for mistaken in (given, given.translate(_WINDOWS)):
        try:
            return mistaken.encode("latin-1").decode()
        except UnicodeError:
            continue
    return given


def text_of(told: Mapping[str, Any]) -> bytes:
    """What a `content` or `postData` holds, b"" for nothing. ValueError: its base64 is none."""
    given = fields.text(told, "text") or ""
    encoding = fields.text(told, "encoding") or fields.text(told, "_encoding") or ""
    if encoding.lower() != "base64":
        return as_sent(given)
    return b64decode("".join(given.split()), validate=True)  # some writers break it into lines


def _decoded(told: Mapping[str, Any], size: int, whose: str) -> Held:
    try:
        body = text_of(told)
    except ValueError:
        given = as_sent(fields.text(told, "text") or "")
        remark = f"The {whose}'s body is said to be base64, and is not: it is left as it stands."
        return Held(given, size, (remark,))
    comment = fields.text(told, "comment")
    return Held(body, size, (f"The file says of the {whose}'s body: {comment[:200]}",) if comment else ())


def _without_claims(headers: Headers, body: bytes, whose: str) -> tuple[Headers, tuple[str, ...]]:
    """Headers without the encoding that the body was in when it passed, and is not in the file."""
    packed = encodings(headers)
    if not packed or not body or body.startswith(_MAGIC.get(packed[-1], b"\0no")):
        return headers, ()
    kept = tuple((name, value) for name, value in headers if name.lower() != "content-encoding")
    claim = ", ".join(packed)
    return kept, (f"The {whose} came with content-encoding {claim}; the file holds it unpacked.",)


def _content_type(response: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    told = [value for name, value in fields.headers(response) if name.lower() == "content-type"]
    return (told[0] if told else fields.text(content, "mimeType") or "").partition(";")[0].strip().lower()
