"""Decisions as bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.capture.held.values import RELEASED, answered, failed
from inspector.protocol import sse
from inspector.protocol.conformance import check
from inspector.proxy.holds.answering import answer_of, edited_event, ending_of

STREAM = {"stream": True, "model": "m"}


def events(body: bytes) -> list[Any]:
    return [json.loads(event.data) for event in sse.Decoder().feed(body)]


def event(data: str, **fields: str) -> sse.ServerSentEvent:
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    [found] = sse.Decoder().feed(f"{head}data: {data}\n\n".encode())
    return found


@pytest.mark.parametrize(
    ("status", "body", "asked", "kind"),
    [
        (429, b'{"error":{}}', STREAM, "application/json"),
        (500, b'{"object":"response"}', STREAM, "application/json"),  # no stream of events has this status
        (200, b"not json", STREAM, "application/json"),
        (200, b'data: {"type":"error"}\n\n', {}, "text/event-stream"),
    ],
)
def test_what_goes_as_it_is(status: int, body: bytes, asked: Any, kind: str):
    assert answer_of(answered(status, body), asked) == (status, (("content-type", kind),), body)


def test_own_headers_count():
    headers = (("Content-Type", "text/plain"), ("retry-after", "1"))
    assert answer_of(answered(429, b"", headers), {}) == (429, headers, b"")


def test_a_response_is_what_was_asked_for():
    own = answered(200, b'{"object":"response","output":[]}')
    status, headers, body = answer_of(own, STREAM)
    assert (status, headers) == (200, (("content-type", "text/event-stream"),))
    assert check(events(body)) == []
    whole = json.loads(answer_of(own, {"model": "m"})[2])
    assert (whole["status"], whole["model"]) == ("completed", "m")
    assert whole["id"].startswith("resp_")


def test_the_end_of_a_running_stream():
    begun = {"id": "resp_1", "model": "m", "temperature": 1}
    [last] = events(ending_of(failed("no"), event('{"sequence_number":7}'), begun))
    assert (last["type"], last["sequence_number"]) == ("response.failed", 7)
    assert last["response"]["error"] == {"code": "server_error", "message": "no"}
    assert (last["response"]["id"], last["response"]["temperature"]) == ("resp_1", 1)
    [last] = events(ending_of(answered(200, b'{"status":"completed"}'), event("x"), begun))
    assert (last["type"], last["sequence_number"]) == ("response.completed", 0)


def test_the_end_of_another_apis_stream():
    said = ending_of(failed("no"), event("{}"), None)
    assert said.endswith(b"data: [DONE]\n\n")
    assert json.loads(said.split(b"\n\n")[0].removeprefix(b"data: "))["error"]["message"] == "no"


def test_an_event_keeps_what_stands_beside_its_data():
    found = event("{}", event="error", id="5", retry="9")
    assert edited_event(found, b'{"a":\n1}') == (b'id: 5\nretry: 9\nevent: error\ndata: {"a":\ndata: 1}\n\n')
    assert edited_event(event("{}"), b"x") == b"data: x\n\n"
    assert edited_event(found, b"") == b""
    assert RELEASED.body is None
