"""A text is found however JSON has written it, in either case, and nothing takes long."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.capture.filter.needles import Needle, find_all

letters = st.characters(codec="utf-8")
texts = st.text(st.one_of(letters, st.sampled_from('"\\/\n\t<>&+é😀aA')), min_size=1, max_size=12)


def has(text: str, body: bytes) -> bool:
    return Needle(text).find(body.lower()) >= 0


@given(texts, st.text(max_size=5), st.booleans(), st.integers(0, 3))
@settings(max_examples=200, deadline=None)
@example('\\"\n\\', "\\", True, 3)
def test_a_text_is_found_in_json_and_in_json_inside_of_json(
    text: str, before: str, ascii_only: bool, levels: int
) -> None:
    value: object = {"text": f"{before}{text}{before}"}
    if not levels:
        assert has(text, f"{before}{text}".encode())
    for _ in range(levels):
        value = json.dumps(value, ensure_ascii=ascii_only)
    if levels:
        assert has(text, str(value).encode())


@given(texts)
@settings(max_examples=100, deadline=None)
def test_capitals_are_found(text: str) -> None:
    assert has(text, text.upper().encode())


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("<b>&'+`", rb'"\u003cb\u003E\u0026\u0027\u002B\u0060"'),
        ("a/b", rb'"a\/b"'),
        ("ÄRGER", '"ärger"'.encode()),
        ("ärger", rb'"\u00C4RGER"'),
        ("😀", rb'"\ud83d\ude00"'),
        ("x\\n", rb"x\\n"),
        ("fix the", b"FIX THE"),
    ],
)
def test_other_writers_spellings_are_found(text: str, body: bytes) -> None:
    assert has(text, body)


@pytest.mark.parametrize(
    ("text", "body"),
    [("nothing", b"not a thing"), ('a"b', b"ab a b"), ("a\nb", b"anb"), ("é", b"e"), ("\\\\", b"\\")],
)
def test_what_is_not_there_is_not_found(text: str, body: bytes) -> None:
    assert not has(text, body)


def test_all_are_found_each_behind_the_one_before() -> None:
    assert find_all([Needle("one"), Needle("two")], b"one two")
    assert not find_all([Needle("two"), Needle("one")], b"one two")
    assert not find_all([Needle("one"), Needle("one")], b"one")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('\\"' * 20 + "é", b'\\\\\\"' * 50_000),
        ("\\" * 20 + "é", b"\\" * 200_000),
        ("é" * 20, b"\\u00e9" * 19 + b"\\" * 200_000),
        ('a"' * 20 + "é", b'a"' * 100_000),
    ],
    ids=["escaped quotes", "backslashes", "escapes, then backslashes", "quotes"],
)
def test_no_text_makes_a_search_slow(text: str, body: bytes) -> None:
    began = time.process_time()
    assert not has(text, body)
    assert time.process_time() - began < 2
