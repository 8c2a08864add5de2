"""Unwrapping `{"input": "..."}`: any text, cut anywhere, and models that do not keep to the form."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.from_chat.custom_input import InputUnwrapper
from inspector.protocol.surrogates import whole


def unwrap(*pieces: str) -> str:
    unwrapper = InputUnwrapper()
    return "".join([unwrapper.feed(piece) for piece in pieces]) + unwrapper.close()


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\/\n\t{}u0\U0001f600'), max_size=20
)


@given(TEXTS, st.booleans(), st.booleans(), st.data())
def test_any_text_comes_back_however_it_is_cut(
    text: str, ascii_only: bool, spaced: bool, data: st.DataObject
) -> None:
    arguments = json.dumps({"input": text}, ensure_ascii=ascii_only, indent=1 if spaced else None)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(arguments)), max_size=8)))
    pieces = [arguments[a:b] for a, b in zip([0, *cuts], [*cuts, len(arguments)], strict=True)]
    assert whole(unwrap(*pieces)) == text
    assert whole(unwrap(*arguments)) == text


def test_text_is_given_out_at_once() -> None:
    unwrapper = InputUnwrapper()
    assert [unwrapper.feed(piece) for piece in ('{ "input" :"a', "b\\", "nc", "\\u00", 'e9"', "}")] == [
        "a",
        "b",
        "\nc",
        "",
        "é",
        "",
    ]
    assert unwrapper.complete


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("*** Begin Patch", "*** Begin Patch"),
        ('"just a string"', "just a string"),
        ('{"patch": "p"}', "p"),
        ('{"\\u0069nput": "p"}', "p"),
        ('{"a": "x", "input": "p"}', "p"),
        ('{"input": "p", "why": "because"}', "p"),
        ('{"input": {"a": [1]}}', '{"a":[1]}'),
        ('{"input": null}', '{"input": null}'),
        ('{"a": "x", "b": "y"}', '{"a": "x", "b": "y"}'),
        ('{"a": broken', '{"a": broken'),
        ("[1, 2]", "[1, 2]"),
        ("{}", ""),
        ("", ""),
        ("  ", ""),
        ('{"inp', ""),
    ],
)
def test_other_forms_get_their_best_reading(arguments: str, text: str) -> None:
    assert unwrap(arguments) == unwrap(*arguments) == text


def test_escapes_that_json_does_not_know_stay_as_written() -> None:
    assert unwrap('{"input":"\\d+ \\x \\uZZZZ"}') == "\\d+ \\x \\uZZZZ"


@pytest.mark.parametrize(
    ("arguments", "complete"),
    [
        ('{"input":"a"}', True),
        ('{"input":"a"', True),
        ('{"input":"a', False),
        ('{"input":"a\\"', False),
        ('{"inp', False),
        ('{"patch":"a"}', True),
        ('{"patch":"a"', False),
        ("plain", False),
        ("", False),
    ],
)
def test_when_an_input_is_whole(arguments: str, complete: bool) -> None:
    unwrapper = InputUnwrapper()
    for piece in arguments:
        unwrapper.feed(piece)
    assert unwrapper.complete is complete
