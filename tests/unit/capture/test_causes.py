from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture import causes

FORMS: dict[str, tuple[int, Any, str]] = {
    "Azure": (
        404,
        {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}},
        "404 DeploymentNotFound: The API deployment does not exist.",
    ),
    "OpenAI": (
        400,
        {"error": {"message": "Unknown parameter: 'x'.", "type": "invalid_request_error", "param": "x"}},
        "400 invalid_request_error: Unknown parameter: 'x'.",
    ),
    "a code inside the message is not repeated": (
        429,
        {"error": {"code": "429", "message": "Requests have exceeded the limit: error 429."}},
        "429 Requests have exceeded the limit: error 429.",
    ),
    "Foundry": (
        400,
        {
            "error": {
                "code": "invalid_payload",
                "message": "The request is invalid.",
                "details": [{"message": "tools[0] has no name"}, {"message": "input is empty"}],
            }
        },
        "400 invalid_payload: The request is invalid; tools[0] has no name; input is empty",
    ),
    "API Management": (
        401,
        {"statusCode": 401, "message": "Access denied due to invalid subscription key."},
        "401 Access denied due to invalid subscription key.",
    ),
    "content filter": (
        400,
        {
            "error": {
                "code": "content_filter",
                "message": "The prompt was filtered.",
                "innererror": {
                    "content_filter_result": {
                        "hate": {"filtered": False, "severity": "safe"},
                        "violence": {"filtered": True, "severity": "medium"},
                        "jailbreak": {"filtered": True, "detected": True},
                    }
                },
            }
        },
        "400 content_filter: The prompt was filtered. [violence: medium, jailbreak]",
    ),
    "sign-in": (
        400,
        {"error": "invalid_grant", "error_description": "AADSTS70008: expired"},
        "400 invalid_grant: AADSTS70008: expired",
    ),
    "a list": (400, [{"error": {"code": 400, "message": "bad"}}], "400 bad"),
    "detail": (422, {"detail": "no such field"}, "422 no such field"),
    "code only": (403, {"error": {"code": "Forbidden"}}, "403 Forbidden"),
    "text": (400, "just words", "400 just words"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_json_body_in_words(form: str):
    status, body, words = FORMS[form]
    assert causes.of_status(status, json.dumps(body).encode()) == words


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (502, b"<html><head><title>502 Bad\nGateway</title></head></html>", "502 Bad Gateway"),
        (503, b"<p>Our services <b>aren't</b> available</p>", "503 Our services aren't available"),
        (504, b"upstream request timeout", "504 upstream request timeout"),
        (429, b"", "429 Too Many Requests"),
        (599, b"", "599 unknown status"),
        (400, b"{}", "400 Bad Request"),
        (400, b'{"error": {}}', "400 Bad Request"),
        (400, b'{"error": null, "message": "so"}', "400 so"),
        (500, b"[" * 100_000, None),
        (500, b"\xff\xfe", "500 \ufffd\ufffd"),
        (
            500,
            b"<html><script>if (a<b) no()</script>Out of <i>order</i> &amp; closed",
            "500 Out of order & closed",
        ),
        (429, b'{"error": {"code": "429", "message": "429 Too many"}}', "429 Too many"),
        (413, b'{"Message": "too big"}', "413 too big"),
        (400, b'{"errors": ["x"]}', '400 {"errors":["x"]}'),
        (400, b'\xef\xbb\xbf{"message": "so"}', "400 so"),
    ],
)
def test_other_bodies_in_words(status: int, body: bytes, words: str | None):
    said = causes.of_status(status, body)
    assert said.startswith(str(status))
    assert words is None or said == words


def test_an_error_event_has_no_name_but_its_own():
    assert causes.of_value({"type": "error", "message": "oops"}) == "oops"
    assert (
        causes.of_value({"type": "error", "code": "server_error", "message": "oops"}) == "server_error: oops"
    )


@pytest.mark.parametrize("piece", [b"<", b"<script", b"<title", b"<title>"])
def test_a_page_made_to_take_long_does_not(piece: bytes):
    begun = time.thread_time()
    causes.of_body(piece * 100_000)
    assert time.thread_time() - begun < 2.0  # it was minutes, the interpreter's lock held


def test_words_are_not_cut_inside_a_secret():
    key = "A1b2" * 21
    for before in range(420, 500):
        said = causes.one_line("x " * (before // 2) + key + " rest" * 50)
        assert key in said or "A1" not in said


def test_words_fit_into_a_list():
    said = causes.of_status(400, json.dumps({"error": {"message": "long\nlines\t" * 500}}).encode())
    assert len(said) <= 500
    assert said.isprintable()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "message", "code", "details", "innererror", "content_filter_result", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(json_values)
def test_any_json_is_words_or_nothing(value: object):
    said = causes.of_status(400, json.dumps(value).encode())
    assert said.startswith("400 ")
