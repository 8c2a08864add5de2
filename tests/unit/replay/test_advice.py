"""What to do about an answer that went wrong."""

from __future__ import annotations

import pytest

from inspector.capture.model import Headers, Outcome
from inspector.capture.summary import Summary
from inspector.protocol.azure import Operation
from inspector.replay.advice import advice
from inspector.replay.call import Call
from inspector.replay.credentials import Credential
from inspector.replay.sending import Sent

KEY = Credential("AZURE_API_KEY", "api-key", "x")


def told(
    status: int | None,
    body: bytes = b"",
    *,
    headers: Headers = (),
    operation: Operation = Operation.CREATE,
    key: Credential | None = KEY,
) -> str | None:
    error = None if status == 200 else "wrong"
    sent = Sent(1, status, Outcome.COMPLETE, error, Summary(), headers, body)
    return advice(sent, Call("POST", "https://h/responses", (), b"", operation), key)


@pytest.mark.parametrize(("status", "body"), [(200, b""), (400, b"no"), (None, b"")])
def test_where_there_is_nothing_to_add_nothing_is_said(status: int | None, body: bytes) -> None:
    assert told(status, body) is None


def test_a_key_that_is_not_taken() -> None:
    assert "check that AZURE_API_KEY is a key of this resource" in (told(401) or "")
    assert "sent without a key" in (told(401, key=None) or "")
    assert "try --entra" in (told(403) or "")


def test_what_is_not_there() -> None:
    nowhere = b'{"error":{"code":"DeploymentNotFound"}}'
    assert (told(404, nowhere) or "").endswith("with --model")
    assert "--deployment" in (told(404, nowhere, operation=Operation.CHAT) or "")
    for operation in (Operation.CREATE, Operation.GET):
        assert "--api-version" in (told(404, b'{"error":{"code":"404"}}', operation=operation) or "")
        assert "--api-version" in (told(404, b"<html>", operation=operation) or "")
    unknown = b'{"error":{"message":"Response with id \'x\' not found.","type":"invalid_request_error"}}'
    assert "deleted" in (told(404, unknown, operation=Operation.GET) or "")


@pytest.mark.parametrize(("query", "count", "says"), [("?starting_after=9", 0, True), ("", 0, False),
                                                      ("?starting_after=9", 1, False)])  # fmt: skip
def test_a_stream_that_is_asked_for_beyond_its_end(query: str, count: int, says: bool) -> None:
    sent = Sent(1, 200, Outcome.COMPLETE, "the stream ended", Summary(event_count=count), (), b"")
    call = Call("GET", f"https://h/responses/resp_1{query}", (), b"", Operation.GET)
    assert bool(advice(sent, call, KEY)) is says


def test_what_passes_by_itself() -> None:
    assert told(429, headers=(("retry-after-ms", "1500"),)) == "wait 1.5 s, or let --retries try again"
    assert told(429) == "let --retries try again"
    assert told(503, b'{"error":{"message":"busy"}}') == "--retries tries again"
    assert told(503, b"<html>") == "no answer of Azure's, but of a gateway before it: --retries tries again"


def test_what_does_not() -> None:
    assert told(429, headers=(("retry-after", "9999"),)) == "wait 9,999 s"
    assert "does not help" in (told(429, b'{"error":{"code":"insufficient_quota"}}') or "")


def test_what_was_asked_wrong() -> None:
    assert "content filter" in (told(400, b'{"error":{"code":"content_filter"}}') or "")
    assert "30 days" in (told(400, b'{"error":{"code":"previous_response_not_found"}}') or "")
    assert "inspector repair" in (told(400, b'{"error":{"message":"unknown parameter"}}') or "")
    synchronous = b'{"error":{"message":"Cannot cancel a synchronous response."}}'
    assert "background:true" in (told(400, synchronous, operation=Operation.CANCEL) or "")
    assert told(400, b'{"error":{"message":"no"}}', operation=Operation.CHAT) is None
