"""Where the value of a pointer begins, in any text that is JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.protocol.report import escape
from inspector.replay.edits.positions import Positions

TEXT = '{\n  "input": [ {"text" : "a\\"b"},\n 3 ],\n  "a/b~": {"": true}, "input ": [[]]}'

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=4), inside, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        ("", 1, 1),
        ("/input", 2, 12),
        ("/input/0", 2, 14),
        ("/input/0/text", 2, 24),
        ("/input/1", 3, 2),
        ("/a~1b~0/", 4, 16),
        ("/input /0", 4, 34),
        ("/input/0/nothing/here", 2, 14),  # the nearest thing around it
        ("/input/7", 2, 12),
        ("/input/1/0", 3, 2),
        ("/nothing", 1, 1),
    ],
)
def test_the_place_of_a_pointer(pointer: str, line: int, column: int) -> None:
    found = Positions(TEXT).of(pointer)
    assert (found.line, found.column) == (line, column)
    assert TEXT.split("\n")[line - 1][column - 1] == TEXT[found.offset]


def pointers(value: Any, at: str = "") -> list[tuple[str, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(at, value), *(one for key, v in inside for one in pointers(v, f"{at}/{escape(str(key))}"))]


@settings(max_examples=60, deadline=None)
@given(JSON, st.sampled_from([None, 1, "\n\t"]), st.booleans())
def test_every_value_is_found_where_it_begins(value: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    places = Positions(text)
    for pointer, part in pointers(value):
        found, _ = json.JSONDecoder().raw_decode(text, places.of(pointer).offset)
        assert found == part


@settings(deadline=None)
@example('{"a":[1,{[2]:3}]', "/a/1/a")
@given(st.text(alphabet='{}[]",:1 \\a\n', max_size=30), st.sampled_from(["/a", "/0", "/a/0/a"]))
def test_no_text_is_too_broken(text: str, pointer: str) -> None:
    assert 0 <= Positions(text).of(pointer).offset <= len(text)


def test_what_is_too_deep_has_the_place_around_it() -> None:
    text = '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert Positions(text).of("/a/0/0").offset in (0, 6, 7, 8)


def test_a_megabyte_is_read_in_moments() -> None:
    items = [{"type": "message", "content": [{"type": "input_text", "text": "word " * 80}]}] * 2500
    text = json.dumps({"input": items})
    assert len(text) > 1_000_000
    places = Positions(text)
    # Nothing is taken apart but what the pointer leads through: four containers, whatever the text's length.
    assert text.startswith('"word', places.of("/input/2499/content/0/text").offset)
    assert len(places._inside) == 5
