"""Answers that came whole and are none of what was asked for."""

from __future__ import annotations

import pytest

from inspector.capture.model import Headers
from inspector.protocol.azure import Operation
from inspector.replay.unexpected import unexpected

PAGE: Headers = (("Content-Type", "text/html; charset=utf-8"),)
JSON: Headers = (("content-type", "application/json"),)
PACKED: Headers = (*JSON, ("Content-Encoding", "gzip"))
MOVED: Headers = (("Location", "https://new.example/v1?token=s#t"),)


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (307, MOVED, b"", "307, which leads to https://new.example/v1 and is not followed"),
        (302, (), b"", "302, without saying where to"),
        (200, PAGE, b"<html>Sign in</html>", "the answer is no JSON object (text/html): it may be"),
        (200, (), b"hello", "the answer is no JSON object (it says nothing of what it is)"),
        (200, JSON, b" \r\n", "the answer is empty"),
        (204, (), b"", "the answer is empty"),
        (200, JSON, b'{"id": "resp_1", "outp', "the answer says that it is JSON, and is no JSON object"),
        (200, JSON, b"[1]", "the answer says that it is JSON, and is no JSON object"),
        (200, PACKED, b'{"id": 1}', "the answer cannot be read: the gzip data is damaged"),
    ],
)  # fmt: skip
def test_what_it_is_instead(status: int, headers: Headers, body: bytes, words: str) -> None:
    said = unexpected(Operation.CREATE, status, headers, body, events=False)
    assert (said or "").startswith(words)


@pytest.mark.parametrize(
    ("operation", "status", "body", "events"),
    [
        (Operation.CREATE, 200, b"{}", False),
        (Operation.CREATE, 400, b"<html>", False),  # told by its status
        (Operation.CHAT, 200, b"data: 1\n\n", True),
        (Operation.DELETE, 204, b"", False),
    ],
)
def test_what_was_asked_for_is_nothing_to_tell(
    operation: Operation, status: int, body: bytes, events: bool
) -> None:
    assert unexpected(operation, status, (), body, events=events) is None
