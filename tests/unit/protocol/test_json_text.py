"""JSON text: every failure is a ValueError, and what is written encodes."""

from __future__ import annotations

import json

import pytest

from inspector.protocol.json_text import is_shallow, parse, parse_object, to_bytes, write

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("text", [DEEP, "{", "", "1" * 5000, "[1] 2"])
def test_what_cannot_be_read_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize("text", ['{"a": 1}', b'{"a": 1}', b'\xef\xbb\xbf{"a": 1}'])
def test_an_object(text: str | bytes) -> None:
    assert parse_object(text) == {"a": 1}


@pytest.mark.parametrize("text", [DEEP, DEEP.encode(), "", b"", "[]", "1", b"\xff", "{", '{"a": 1} x'])
def test_what_is_no_object(text: str | bytes) -> None:
    assert parse_object(text) is None


def test_what_cannot_be_written_is_a_value_error() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, object()):
        with pytest.raises(ValueError, match="not to be written"):
            write(value)


def test_compact_and_in_utf8() -> None:
    assert to_bytes({"a": ["é", 1]}) == '{"a":["é",1]}'.encode()
    assert to_bytes("a\ud800") == b'"a?"'


def test_shallow() -> None:
    assert is_shallow({"a": [{"b": 1}]}, levels=3)
    assert not is_shallow({"a": [{"b": [1]}]}, levels=3)
    assert not is_shallow(json.loads("[" * 300 + "]" * 300))
