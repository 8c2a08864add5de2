"""The notation, side by side with mitmproxy's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mitmproxy.io import tnetstring as theirs

from inspector.formats.mitm import tnetstring
from inspector.formats.mitm.tnetstring import DEEPEST, DICTIONARY, LIST, Broken, decode, encode

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.binary(max_size=20)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab_1 é", max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


def whole(data: bytes) -> Any:
    start, stop = tnetstring.length(data, 0, len(data))
    return decode(data, data[stop], start, stop, None)


@settings(max_examples=80)
@given(VALUES)
def test_values_as_mitmproxy_writes_and_reads_them(value: Any) -> None:
    data = theirs.dumps(value)
    assert encode(value) == data
    assert whole(data) == value


def test_only_what_is_wanted_is_decoded() -> None:
    data = b"1:a;1:1#1:b;2:no#3:c d;1:??"
    assert decode(data, DICTIONARY, 0, len(data), {"a": None}) == {"a": 1}
    with pytest.raises(Broken):
        decode(data, DICTIONARY, 0, len(data), None)
    nested = b"1:a;14:1:b;1:2#0:;0:~}"
    assert decode(nested, DICTIONARY, 0, len(nested), {"a": {"b": None}}) == {"a": {"b": 2}}


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (b"x", 0), (b"5", 0), (b":", 0), (b"1234567890123:", 0), (b"3:ab,", 0), (b"2:ab", 0), (b"1:a?", 2),
        (b"4:1:ab]", 4), (b"2:ax]", 2), (b"1:x#", 2), (b"41:" + b"1" * 41 + b"#", 3), (b"4:nope!", 2),
        (b"1:x~", 2), (b"4:1:a,}", 6), (b"6:1:1#0:~}", 2), (b"1:x^", 2),
    ],
)  # fmt: skip
def test_what_is_no_value_says_where(data: bytes, at: int) -> None:
    with pytest.raises(Broken) as broken:
        whole(data)
    assert broken.value.at == at


def test_nesting_is_bounded() -> None:
    value: Any = 1
    for _ in range(DEEPEST):
        value = [value]
    assert whole(encode(value)) == value
    with pytest.raises(Broken, match="nested"):
        whole(encode([value]))
    deep = b""
    for _ in range(3000):
        deep = b"%d:%s]" % (len(deep), deep)
    with pytest.raises(Broken, match="nested"):
        decode(deep, LIST, 0, len(deep), None)


def test_other_types_have_no_place() -> None:
    with pytest.raises(TypeError):
        encode({"a": object()})
