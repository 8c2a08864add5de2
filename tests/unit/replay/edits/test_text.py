"""What keeps a text from being a request body: the place and the sentence, on every Python the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.replay.edits.text import json_problem


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "there is nothing here: a request body begins with {."),
        (" \n", 1, 1, "there is nothing here: a request body begins with {."),
        ("{", 1, 2, "the text ends where a name in double quotes is missing."),
        ('{"a":', 1, 6, "the text ends where a value is missing."),
        ('{"a": 1,\n}', 1, 8, "this comma is one too many: nothing follows it."),
        ('{"a": [1, ]}', 1, 9, "this comma is one too many: nothing follows it."),
        ('{"a" 1}', 1, 6, "a colon is missing between the name and its value."),
        ('{\n "a": 1\n "b": 2}', 3, 2, "a comma is missing before this."),
        ('{"a": [1', 1, 9, "the text ends in the middle: a bracket is not closed."),
        ("{'a': 1}", 1, 2, 'names and texts stand in straight double quotes: ".'),
        ('{"a": “x”}', 1, 7, 'names and texts stand in straight double quotes: ".'),
        ('{"a": True}', 1, 7, "JSON writes true for True."),
        ('{"a": None}', 1, 7, "JSON writes null for None."),
        ("{a: 1}", 1, 2, "a name in double quotes is missing here."),
        ('{"a": ,}', 1, 7, "a value is missing here."),
        ('{"a": "x', 1, 7, "the quote that begins here is never closed."),
        ('{"a": "x\ny"}', 1, 9, r"a line break inside a quoted text is written \n."),
        ('{"a": "\t"}', 1, 8, r"a tab inside a quoted text is written \t."),
        ('{"a": "\x01"}', 1, 8, r"a control character inside a quoted text is written \u0001."),
        ('{}\n{}', 2, 1, "the JSON has ended before this: a bracket closes too early, or this is too much."),
        ("\n [1]", 2, 2, "a request body is an object: it begins with {."),
        ('{"a": {"b": [1, NaN]}}', 1, 17, "a.b[1] is no number that JSON can write."),
        ('{"a": 1e999}', 1, 7, "a is no number that JSON can write."),
    ],
)  # fmt: skip
def test_the_place_and_what_to_do(text: str, line: int, column: int, said: str) -> None:
    problem = json_problem(text)
    assert problem is not None
    assert (problem.line, problem.column, problem.sentence) == (line, column, said)
    assert text[: problem.offset].count("\n") == line - 1


def test_a_backslash_that_begins_nothing() -> None:
    problem = json_problem('{"a": "C:\\Users"}')
    assert problem is not None
    assert (problem.column, problem.sentence[:27]) == (10, "a backslash is written \\\\, ")


@pytest.mark.parametrize("text", ["{}", '\n{"a": "\u2028"}', '{"a": "\\ud800"}', '{"a": ' + "9" * 4000 + "}"])
def test_a_body_has_none(text: str) -> None:
    assert json_problem(text) is None


def test_any_value_will_do_for_a_part() -> None:
    assert json_problem("[1]", any_value=True) is None


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' + "9" * 5000 + "}"])
def test_what_cannot_be_read_is_told_and_not_raised(text: str) -> None:
    assert json_problem(text) is not None


@settings(deadline=None)
@given(st.text(max_size=30))
def test_whatever_is_typed_there_is_an_answer(text: str) -> None:
    problem = json_problem(text)
    if problem is None:
        assert isinstance(json.loads(text), dict)
    else:
        assert 0 <= problem.offset <= len(text)
        assert problem.sentence.endswith(".")


@settings(deadline=None)
@given(st.data())
def test_whatever_is_left_out_of_a_body_there_is_an_answer(data: st.DataObject) -> None:
    text = '{"model": "m", "input": [{"role": "user", "content": "hi"}], "n": [1, -2.5e3, true, null]}'
    start = data.draw(st.integers(0, len(text) - 1))
    broken = text[:start] + text[data.draw(st.integers(start + 1, len(text))) :]
    problem = json_problem(broken)
    assert problem is None or 0 <= problem.offset <= len(broken)
