"""The pieces of a line of JSON, right or wrong, and the bracket that belongs to another one."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.ui.view.editing.colours import Kind, partner, pieces


def told(line: str) -> list[tuple[str, str]]:
    return [(line[start:end], kind.value) for start, end, kind in pieces(line)]


def test_the_pieces_of_a_line():
    assert told('  "a": ["b\\n", -1.5e3, true],') == [
        ('"a"', "name"), (":", "mark"), ("[", "bracket"), ('"b\\n"', "text"), ("\\n", "escape"),
        (",", "mark"), ("-1.5e3", "number"), (",", "mark"), ("true", "word"), ("]", "bracket"), (",", "mark"),
    ]  # fmt: skip


def test_names_have_no_escapes_of_their_own_and_a_colon_may_stand_apart():
    assert told('"a\\u0041" : null') == [('"a\\u0041"', "name"), (":", "mark"), ("null", "word")]


def test_what_is_no_json():
    assert told("None, 'a', 1.2.3, trueish, 01x") == [
        ("None", "wrong"), (",", "mark"), ("'a'", "wrong"), (",", "mark"), ("1.2.3", "wrong"), (",", "mark"),
        ("trueish", "wrong"), (",", "mark"), ("01x", "wrong"),
    ]  # fmt: skip
    assert told('"never closed, 1') == [('"never closed, 1', "wrong")]
    assert told('"ends in a \\') == [('"ends in a \\', "wrong")]


def test_a_line_that_is_too_long_has_no_colours_and_many_escapes_are_drawn_as_text():
    assert pieces("1" * 50_001) == ()
    kinds = [piece.kind for piece in pieces('"' + "\\n" * 3_000 + '"')]
    assert (kinds[0], kinds.count(Kind.ESCAPE)) == (Kind.TEXT, 2_000)


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_nothing_of_what_is_json_is_wrong_and_nothing_is_left_out(value: object):
    line = json.dumps(value)
    found = [piece for piece in pieces(line) if piece.kind is not Kind.ESCAPE]
    assert Kind.WRONG not in {piece.kind for piece in found}
    assert "".join(line[start:end] for start, end, _ in found) == "".join(
        line[start:end] for start, end in spans_without_blanks(line)
    )


def spans_without_blanks(line: str) -> list[tuple[int, int]]:
    """What is no blank between pieces, as the standard library's scanner of texts sees it."""
    spans, at = [], 0
    while at < len(line):
        end = json.decoder.scanstring(line, at + 1)[1] if line[at] == '"' else at + 1
        if line[at] != " ":
            spans.append((at, end))
        at = end
    return spans


def test_a_bracket_and_its_partner():
    lines = ['{"a": [', '  "]}",', "  {}", "]}"]
    assert partner(lines, (0, 0)) == (3, 1)
    assert partner(lines, (0, 6)) == (3, 0)
    assert partner(lines, (3, 1)) == (0, 0)
    assert partner(lines, (2, 2)) == (2, 3)
    assert partner(lines, (1, 3)) is None  # in a text
    assert partner(["[", *["1,"] * 300, "]"], (0, 0)) is None  # out of sight
    assert partner(["[", "1"], (0, 0)) is None
