"""Every form of an error that the imitation knows, in words, with the request id and what to do."""

from __future__ import annotations

import gzip

import pytest

from inspector.protocol.azure import Operation
from inspector.replay.wording import wording
from inspector.simulator import azure
from inspector.simulator.errors import FORMS
from inspector.simulator.script import Answer, whole

CREATE, GET = Operation.CREATE, Operation.GET


@pytest.mark.parametrize(
    ("name", "said", "advice"),
    [
        ("400", "400 unsupported_value: Unsupported value: 'temperature'", "`inspector repair`"),
        ("401", "401 Access denied", "key or token is one of this resource"),
        ("404", "404 DeploymentNotFound: The API deployment", "--model"),
        ("429", "429 too_many_requests: Rate limit", "Wait 1.5 s, or let --retries do it."),
        ("quota", "429 insufficient_quota: You exceeded", "waiting does not help"),
        ("payload", "invalid_payload: The request is not valid.; input[0].content: expected", "repair"),
        ("filter", "[violence: medium]", "content filter of the deployment"),
        ("gateway", "401 Access denied due to missing", "key or token"),
        ("html", "502 Bad Gateway", "a gateway or proxy"),
        ("empty", "503 Service Unavailable", "a gateway or proxy"),
    ],
)
def test_every_form_is_put_in_words(name: str, said: str, advice: str) -> None:
    assert {"400", "401", "404", "429", "quota", "payload", "filter", "gateway", "html", "empty"} == set(
        FORMS
    )
    answer = FORMS[name]()
    told = wording(answer.status, answer.headers, answer.body, CREATE)
    assert told is not None
    assert said in told.said
    assert "\n" not in told.said
    assert advice in told.advice
    given = dict(answer.headers).get("x-ms-request-id")
    assert told.request_id == given
    assert given is None or f"(request id {given})" in told.words


@pytest.mark.parametrize(
    ("answer", "operation", "advice"),
    [
        (azure.invalid_request("Cannot cancel a synchronous response."), Operation.CANCEL, "background:true"),
        (azure.error(404, None, "Response with id 'r' not found.", kind="x"), GET, "30 days"),
        (azure.not_found(), CREATE, "api-version"),
        (azure.invalid_request("no", code="previous_response_not_found"), CREATE, "same resource"),
        (azure.error(403, "Forbidden", "no"), CREATE, "role"),
        (azure.error(500, "server_error", "no"), CREATE, "--retries"),
        (azure.error(400, "x", "no"), GET, ""),
    ],
)
def test_what_to_do_depends_on_what_was_asked(answer: Answer, operation: str, advice: str) -> None:
    told = wording(answer.status, answer.headers, answer.body, operation)
    assert told is not None
    assert (advice in told.advice) if advice else told.advice == ""


def test_a_compressed_one_is_read() -> None:
    packed = whole(gzip.compress(azure.not_found().body), status=404, headers=(("content-encoding", "gzip"),))
    told = wording(404, packed.headers, packed.body)
    assert told is not None
    assert told.said == "404 Resource not found"


@pytest.mark.parametrize("status", [None, 200, 302])
def test_what_is_no_error_has_no_words(status: int | None) -> None:
    assert wording(status, (), b"{}") is None


@pytest.mark.parametrize(
    "body", [b"[" * 9000, b"\xff\xfe", b'{"error": null}', b'{"error": 7}', b"null", b"7"]
)
def test_nothing_in_a_body_is_too_odd(body: bytes) -> None:
    for status in (400, 404, 429, 500, 799):
        told = wording(status, (), body, CREATE)
        assert told is not None
        assert told.said.startswith(str(status))
