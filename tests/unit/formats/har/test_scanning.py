"""JSON values found in a file that is never in memory as a whole."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.formats.har import scanning
from inspector.formats.har.scanning import Broken, CutOff, Scanner

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


class Dripping(io.BytesIO):
    """A file that gives a byte at a time, so that every place of it is a border."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1)


@settings(max_examples=80, deadline=None)
@given(st.lists(_JSON, min_size=1, max_size=4), st.sampled_from(["", " ", "\n\t"]), st.booleans())
def test_values_are_found_whatever_the_borders(values: list[Any], space: str, escaped: bool) -> None:
    texts = [json.dumps(value, ensure_ascii=escaped).encode("utf-8", "replace") for value in values]
    scanner = Scanner(Dripping(space.encode() + f"{space},{space}".encode().join(texts) + b"]"))
    for n, text in enumerate(texts):
        assert scanner.value() == text
        assert scanner.take(b",") is (n < len(texts) - 1)
    assert scanner.peek() == b"]"


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet='{}[]",:\\ a1\n', max_size=30))
def test_no_text_is_too_odd(text: str) -> None:
    scanner = Scanner(io.BytesIO(text.encode()))
    try:
        found = scanner.value()
    except Broken:
        found = b""
    assert text.encode()[: scanner.offset].strip() == found


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b'{"a": "b', CutOff, "is cut off"),
        (b'{"a": [1, 2}', Broken, "is no JSON at byte 11"),
        (b'{"a": \\"}', Broken, "is no JSON at byte 6"),
        (b"[" * 5000, Broken, "nests more than 500 levels deep"),
        (b"", CutOff, "is cut off"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_passed(content: bytes, kind: type[Broken], words: str) -> None:
    scanner = Scanner(io.BytesIO(content))
    with pytest.raises(kind, match=words):
        scanner.value()
    assert scanner.offset == 0


def test_a_value_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "LARGEST", 2**20)
    file = io.BytesIO(b'"' + b"a" * 2**23 + b'"')
    with pytest.raises(Broken, match="is larger than"):
        Scanner(file).value()
    assert file.tell() < 2**22


def test_a_byte_order_mark_is_passed() -> None:
    scanner = Scanner(io.BytesIO(b"\xef\xbb\xbf {}"))
    assert scanner.peek() == b"{"
    assert scanner.offset == 4


def _pieces(count: int) -> Iterator[bytes]:
    yield b"["
    for _ in range(count):
        yield json.dumps({"a": "b" * 1000}).encode() + b","
    yield b"0]"


def test_what_was_passed_is_let_go() -> None:
    scanner = Scanner(io.BytesIO(b"".join(_pieces(3000))))
    scanner.take(b"[")
    while scanner.value() != b"0":
        scanner.take(b",")
        assert len(scanner._data) < 2**20


def test_objects_and_lists_cost_more_than_the_bytes_that_they_are() -> None:
    """It is counted by whoever goes on behind a broken value, and a text of brackets takes long."""

    def cost(content: bytes) -> int:
        with pytest.raises(Broken) as broken:
            Scanner(io.BytesIO(content)).value()
        return broken.value.cost

    assert cost(b"[" + b'"x",' * 1000) == 4001 + scanning._EACH
    assert cost(b"[" + b"[],," * 1000) == 4001 + 1001 * scanning._EACH
    assert cost(b"[" + b"[],," * 1000 + b"}") == 4001 + 1001 * scanning._EACH
