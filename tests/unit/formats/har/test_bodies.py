"""Texts of an archive as the bytes that they stand for."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.formats.har import bodies
from inspector.formats.har.bodies import Held


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=12))
def test_bytes_that_are_no_text_survive_mitmproxys_form(body: bytes) -> None:
    assert bodies.as_sent(body.decode("utf-8", "surrogateescape")) == body


def test_half_a_character_is_not_the_end() -> None:
    assert bodies.as_sent("a\ud83d") == b"a?"


@pytest.mark.parametrize(
    ("headers", "body", "kept"),
    [
        ((("content-encoding", "gzip"),), b"{}", False),
        ((("content-encoding", "br"),), b"{}", False),
        ((("content-encoding", "br, gzip"),), gzip.compress(b"x", mtime=0), True),
        ((("content-encoding", "gzip"),), b"", True),
        ((("content-encoding", "identity"),), b"{}", True),
    ],
)
def test_a_claim_stands_where_it_can_be_true(headers: bodies.Headers, body: bytes, kept: bool) -> None:
    message, remarks = Held(body).message(headers, 200, "response")
    assert (message.headers == headers) is kept
    assert bool(remarks) is not kept


@pytest.mark.parametrize("code", ["latin-1", "cp1252"])
def test_only_event_streams_are_read_as_they_were_meant(code: str) -> None:
    mistaken = "é".encode().decode(code)
    stream = {"content": {"text": mistaken, "mimeType": "text/event-stream; charset=x"}}
    other = {"content": {"text": mistaken, "mimeType": "application/json"}}
    assert bodies.of_response(stream).body == "é".encode()
    assert bodies.of_response(other).body == mistaken.encode()
    for right in ("é", "— é", "Ã — é", "日本", "€"):
        real = {"content": {"text": right, "mimeType": "text/event-stream"}}
        assert bodies.of_response(real).body == right.encode()


def test_a_browsers_windows_1252() -> None:
    mistaken = "— 🙂".encode().decode("cp1252")
    told = {"content": {"text": mistaken, "mimeType": "text/event-stream"}}
    assert bodies.of_response(told).body == "— 🙂".encode()


def test_http_toolkits_body_of_a_request() -> None:
    held = bodies.of_request({"bodySize": 1, "_content": {"text": "/w==", "size": 1, "encoding": "base64"}})
    assert held.body == b"\xff"


def test_har_1_3s_base64_of_a_request() -> None:
    assert bodies.of_request({"postData": {"text": "/w==", "encoding": "base64"}}).body == b"\xff"
