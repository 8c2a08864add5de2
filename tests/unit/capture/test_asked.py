from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.capture.asked import Asked, read_request

URL = "https://h/openai/v1/responses"


def read(value: object, url: str = URL) -> Asked:
    return read_request(url, (), json.dumps(value).encode())


def test_what_a_codex_request_asks_for():
    asked = read({"model": "gpt-5.5", "stream": True, "prompt_cache_key": "k", "previous_response_id": "r"})
    assert (asked.model, asked.stream) == ("gpt-5.5", True)
    assert (asked.prompt_cache_key, asked.previous_response_id) == ("k", "r")


@pytest.mark.parametrize(
    ("body", "users"),
    [
        ({"input": "hello"}, True),
        ({"input": [{"role": "user", "content": "hi"}]}, True),
        ({"input": [{"type": "message", "role": "user", "content": []}]}, True),
        ({"input": [{"type": "message", "role": "assistant", "content": []}]}, False),
        ({"input": [{"type": "function_call_output", "call_id": "c", "output": ""}]}, False),
        ({"input": [{"role": "user"}, {"type": "compaction_trigger"}]}, False),
        ({"messages": [{"role": "user", "content": "hi"}]}, True),
        ({"messages": [{"role": "user"}, {"role": "tool"}]}, False),
        ({"input": []}, False),
        ({"input": [None]}, False),
        ({}, False),
    ],
)
def test_whose_turn_it_is(body: object, users: bool):
    assert read(body).ends_with_user is users


def test_a_deployments_url_names_the_model_of_a_body_without_one():
    url = "https://h/openai/deployments/my%20gpt/chat/completions?api-version=1"
    assert read({"messages": []}, url).model == "my gpt"
    assert read({"model": "other"}, url).model == "other"
    assert read_request(url, (), b"").model == "my gpt"


def test_an_encoded_body_is_read():
    body = gzip.compress(json.dumps({"model": "m"}).encode())
    assert read_request(URL, (("content-encoding", "gzip"),), body).model == "m"
    assert read_request(URL, (("content-encoding", "br"),), body).model is None


def test_equal_bodies_have_equal_digests():
    assert read({"a": 1}).digest == read({"a": 1}).digest != read({"a": 2}).digest
    assert read_request(URL, (), b"").digest is None


def test_the_order_of_fields_makes_no_other_request():
    one = b'{"a": 1, "m": {"x": "\\ud800", "y": [1, 2]}}'
    assert read_request(URL, (), one).digest == read({"m": {"y": [1, 2], "x": "\ud800"}, "a": 1}).digest
    assert read_request(URL, (), one).digest != read({"m": {"y": [2, 1], "x": "\ud800"}, "a": 1}).digest
    packed = read_request(URL, (("content-encoding", "gzip"),), gzip.compress(one))
    assert packed.digest == read_request(URL, (), one).digest


@pytest.mark.parametrize("body", [b"not json", b"{}", b"[1]"])
def test_other_bodies_are_compared_by_their_bytes(body: bytes):
    digest = read_request(URL, (), body).digest
    assert digest == read_request(URL, (), body).digest != read_request(URL, (), body + b" ").digest


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"model": 7, "stream": "yes", "input": {}}', b"\xff", b"[]"]
)
def test_strange_bodies_say_nothing(body: bytes):
    asked = read_request(URL, (), body)
    assert (asked.model, asked.stream, asked.ends_with_user) == (None, None, False)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_request(body: bytes):
    assert read_request(URL, (), body).prompt_cache_key is None
