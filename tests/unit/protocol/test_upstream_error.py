"""Errors in all their shapes, and what Codex has to be told about each."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.upstream_error import UpstreamError, failure_of, read_error


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (
            {"error": {"message": "m", "type": "t", "param": "p", "code": "c", "innererror": {"x": 1}}},
            UpstreamError("m", "c", "t", "p", {"innererror": {"x": 1}}),
        ),
        ({"error": {"code": 429, "message": ""}}, UpstreamError("429", "429")),
        ({"error": "text"}, UpstreamError("text")),
        ({"error": "code", "message": "m"}, UpstreamError("m", "code")),
        ({"error": True, "message": "m"}, UpstreamError("m")),
        ({"error": ["a"]}, UpstreamError('["a"]')),
        ({"statusCode": 401, "message": "m"}, UpstreamError("m", "401")),
        (
            {"object": "error", "message": "m", "code": 40303},
            UpstreamError("m", "40303", extra={"object": "error"}),
        ),
        ({"code": "c", "message": "m"}, UpstreamError("m", "c")),
        ({"detail": [{"loc": 1}]}, UpstreamError('[{"loc":1}]')),
    ],
)
def test_shapes(value: Any, error: UpstreamError) -> None:
    assert read_error(value) == error


NOTHING: list[Any] = [None, [], "error", {}, {"error": None}, {"error": {}}, {"error": ""}, {"error": False}]
CHUNKS = [
    {"choices": [], "message": "m", "code": "c"},
    {"id": "x", "detail": "d"},
    {"choices": [], "error": None},
]


@pytest.mark.parametrize("value", [*NOTHING, *CHUNKS])
def test_what_is_no_error(value: Any) -> None:
    assert read_error(value) is None


def test_an_event_named_error_is_one() -> None:
    assert read_error({"message": "m"}, named="error") == UpstreamError("m")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UpstreamError("m", "context_length_exceeded", "invalid_request_error"), "context_length_exceeded"),
        (
            UpstreamError("exceeds the context window", type="invalid_request_error"),
            "context_length_exceeded",
        ),
        (UpstreamError("You exceeded your current quota", "429"), "rate_limit_exceeded"),
        (UpstreamError("You exceeded your current quota"), "insufficient_quota"),
        (UpstreamError("m", "RateLimitReached"), "rate_limit_exceeded"),
        (UpstreamError("m", "too_many_requests"), "rate_limit_exceeded"),
        (UpstreamError("m", "Too Many Requests"), "rate_limit_exceeded"),
        (UpstreamError("m", extra={"status": 429}), "rate_limit_exceeded"),
        (UpstreamError("Rate limit is exceeded."), "rate_limit_exceeded"),
        (UpstreamError("m", "DeploymentNotFound"), "model_not_found"),
        (UpstreamError("m", "content_filter"), "invalid_prompt"),
        (UpstreamError("m", type="invalid_request_error"), "invalid_prompt"),
        (UpstreamError("m", "server_error"), "server_error"),
        (UpstreamError("m"), "server_error"),
    ],
)
def test_codes(error: UpstreamError, code: str) -> None:
    assert failure_of(error)[0] == code


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Retry after 7 seconds.", "Retry after 7 seconds. Please try again in 7s."),
        ("Retry after 250 milliseconds.", "Retry after 250 milliseconds. Please try again in 250ms."),
        ("Please try again in 2.5s.", "Please try again in 2.5s."),
        ("Try again in 1m12.5s.", "Try again in 1m12.5s. Please try again in 72.5s."),
        ("Please retry in 2 minutes", "Please retry in 2 minutes Please try again in 120s."),
        ("Try again in 1 hour 1 min", "Try again in 1 hour 1 min Please try again in 3660s."),
        ("Please try again in 20 seconds.", "Please try again in 20 seconds."),
        ("Slow down.", "Slow down."),
        ("Retry after a while.", "Retry after a while."),
    ],
)
def test_waits_are_told_in_the_words_that_codex_reads(said: str, told: str) -> None:
    assert failure_of(UpstreamError(said, "rate_limit_exceeded"))[1] == told


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"retry_after": 2.5}, "m Please try again in 2.5s."),
        ({"retry_after_ms": 20}, "m Please try again in 20ms."),
        ({"retry_after": "soon"}, "m"),
        ({"retry_after": True}, "m"),
        ({"retry_after": 0}, "m"),
    ],
)
def test_waits_in_fields(fields: dict[str, Any], told: str) -> None:
    assert failure_of(UpstreamError("m", "rate_limit_exceeded", extra=fields))[1] == told
