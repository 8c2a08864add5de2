"""Indented JSON of any shape, without recursion."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.ui.view.pretty import JsonRows, compact, pretty
from inspector.ui.view.rows import Tone

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=80)
@given(VALUES)
def test_it_is_the_same_value(value: Any):
    assert json.loads(pretty(value)) == value


def test_its_layout():
    assert pretty({"a": [1, {}], "b": "é"}) == '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "é"\n}'


def test_depth_has_no_end_but_indentation_has():
    value: Any = 1
    for _ in range(5000):
        value = [value]
    text = pretty(value)
    assert text.count("[") == 5000
    assert len(text) < 1_000_000
    assert compact(value, 10).startswith("[")


def test_keys_have_a_tone_of_their_own():
    rows = JsonRows(pretty({"model": "a: b"}), 40)
    assert [(span.text, span.tone) for span in rows[1].left[1:]] == [
        ('  "model"', Tone.KEY),
        (": ", Tone.DIM),
        ('"a: b"', Tone.TEXT),
    ]


def test_the_beginning_on_one_line():
    assert compact({"a": [1, 2]}) == '{"a": [1, 2]}'
    assert compact("x" * 900) == "x" * 400
