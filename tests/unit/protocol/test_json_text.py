"""JSON text: every failure is a ValueError, and what is written encodes."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.json_text import (
    Unwritable,
    endless_number,
    in_a_row,
    is_shallow,
    parse,
    parse_object,
    to_bytes,
    write,
)

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "text", [DEEP, "{", "", "1" * 5000, "[1] 2", b"{", b'"\xff"', "\ufeff1", "'a'", "NULL"]
)
def test_what_cannot_be_read_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize(
    "text", ["[" + "{}," * 2**22 + "1]", b"[" + b"1," * 2**22 + b"1]"], ids=["text", "bytes"]
)
def test_a_large_text_of_nothing_but_values_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="made of more than 4,194,304 values"):
        parse(text)


def same(one: Any, other: Any) -> bool:
    """Equal, of the same types, in the same order, with the sign of zero."""
    if isinstance(one, float):
        return (
            type(other) is float
            and math.copysign(1, one) == math.copysign(1, other)
            and (one == other or one != one)
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


RARE = [
    *(
        "NaN",
        "-Infinity",
        "1e400",
        "-1e400",
        "1e-400",
        "-0",
        "-0.0",
        "1E5",
        "4.9e-324",
        "9" * 400,
        "-" + "9" * 30,
    ),
    *(
        '"\\ud800"',
        '"\\udc00\\ud83d\\ude00"',
        '{"a":1,"b":2,"a":3}',
        '{"":{}}',
        '"\\u0000\\/"',
        "[" * 300 + "]" * 300,
    ),
]


@pytest.mark.parametrize("text", RARE)
def test_what_is_rare_is_read_as_the_standard_library_reads_it(text: str) -> None:
    assert same(parse(text), json.loads(text))
    assert same(parse(text.encode()), json.loads(text))


@pytest.mark.parametrize(
    "text", ["nan", "inf", "+1", "01", "1.", ".5", '"\x00"', '"\t"', "[1,]", "// c\n1", "1_0", "0x1", "\xa01"]
)
def test_what_the_standard_library_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(st.characters(codec=None)),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(st.characters(codec=None)), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_values_come_back_from_both_forms_of_their_text(value: Any) -> None:
    assert same(parse(json.dumps(value)), value)
    assert same(parse(write(value)), value)
    json.loads(to_bytes(value))


@pytest.mark.parametrize("text", ['{"a": 1}', b'{"a": 1}', b'\xef\xbb\xbf{"a": 1}'])
def test_an_object(text: str | bytes) -> None:
    assert parse_object(text) == {"a": 1}


def test_bytes_that_are_no_utf_8_are_read_all_the_same_where_an_object_is_wanted() -> None:
    assert parse_object(b'\xef\xbb\xbf{"a": "\xff"}') == {"a": "\ufffd"}


@pytest.mark.parametrize("text", [DEEP, DEEP.encode(), "", b"", "[]", "1", b"\xff", "{", '{"a": 1} x'])
def test_what_is_no_object(text: str | bytes) -> None:
    assert parse_object(text) is None


def test_what_cannot_be_written_is_a_value_error() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, object()):
        with pytest.raises(Unwritable, match="not to be written"):
            write(value)
        with pytest.raises(Unwritable, match="not to be written"):
            to_bytes(value)


def test_compact_and_in_utf8() -> None:
    assert to_bytes({"a": ["é", 1]}) == '{"a":["é",1]}'.encode()
    assert to_bytes("a\ud800") == b'"a?"'
    assert write({"\udc00": 1}) == '{"\udc00":1}'
    shallow: list[Any] = []
    for _ in range(300):
        shallow = [shallow]
    assert write(shallow) == "[" * 301 + "]" * 301


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("NaN", ""),
        ('{"a": [1, {"b/c": [1e999, NaN]}]}', "/a/1/b~1c/0"),
        ('{"a": {"b": [{}, -Infinity]}, "c": NaN}', "/a/b/1"),
        ('{"a": [1.5, 1e308, "NaN", null, true, {}, []]}', None),
        ("[" * 900 + "]" * 900, None),
    ],
)
def test_a_number_that_json_has_no_form_for_is_found(text: str, pointer: str | None) -> None:
    assert endless_number(parse(text)) == pointer


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("", []),
        ('{"a":1}{"b":"}{"}[1] 2', ['{"a":1}', '{"b":"}{"}', "[1]", " 2"]),
        ('{"a":1}no{"b":2}', ['{"a":1}', 'no{"b":2}']),
        ('{"a":', ['{"a":']),
        ("[" * 5000, ["[" * 5000]),
    ],
)
def test_texts_in_a_row_are_told_apart(text: str, texts: list[str]) -> None:
    assert in_a_row(text) == texts


def test_shallow() -> None:
    assert is_shallow({"a": [{"b": 1}]}, levels=3)
    assert not is_shallow({"a": [{"b": [1]}]}, levels=3)
    assert not is_shallow(json.loads("[" * 300 + "]" * 300))
