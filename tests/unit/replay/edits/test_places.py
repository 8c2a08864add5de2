"""Paths and pointers, read, written, and looked up in a body."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.replay.edits.places import (
    Place,
    path_of,
    pointer_of,
    read_leading_place,
    read_place,
    resolve,
    shown,
)
from inspector.replay.edits.problem import EditProblem


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("model", ("model",)),
        ("input[3].content[0].text", ("input", 3, "content", 0, "text")),
        ("input[-1]", ("input", -1)),
        ("tools[+]", ("tools", None)),
        ('metadata["a.b"]', ("metadata", "a.b")),
        ('["a]=b"].c', ("a]=b", "c")),
        ("$ref.x-y", ("$ref", "x-y")),
        ("/input/3/content", ("input", "3", "content")),
        ("/metadata/x~1y~0", ("metadata", "x/y~")),
        ("/tools/-", ("tools", "-")),
    ],
)
def test_what_a_text_names(text: str, place: Place) -> None:
    assert read_place(text) == place
    if not text.startswith("/"):
        assert shown(place) == text


@pytest.mark.parametrize(
    ("text", "at"),
    [("a[", 2), ("a..b", 2), ("a[x]", 2), (".a", 1), ('a["b', 2), ("a[1]b", 5), ("a b", 2), ("a=b", 2)],
)
def test_what_is_no_path_is_told_by_its_place(text: str, at: int) -> None:
    with pytest.raises(EditProblem, match=f"no path from character {at} on"):
        read_place(text)


def test_nothing_is_no_path() -> None:
    with pytest.raises(EditProblem, match="begins with no path"):
        read_place("")


def test_a_path_ends_where_its_value_begins() -> None:
    assert read_leading_place('a["="].b=c=d') == (("a", "=", "b"), "=c=d")
    assert read_leading_place("/a/b:=1") == (("a", "b"), ":=1")


step = st.one_of(st.text(max_size=6), st.integers(-99, 99), st.none())


@settings(deadline=None)
@given(st.text(min_size=1, max_size=6), st.lists(step, max_size=5))
def test_what_is_shown_is_read_again(first: str, rest: list[Any]) -> None:
    place = (first, *rest)
    assert read_place(shown(place)) == place


def test_a_pointer_as_a_path(body: dict[str, Any]) -> None:
    assert path_of("/input/0/content/0/text", body) == "input[0].content[0].text"
    assert path_of("/metadata/x~1y", body) == 'metadata["x/y"]'
    assert path_of("/input/0/nothing/0", body) == 'input[0].nothing["0"]'
    assert path_of("", body) == ""
    assert pointer_of(("tools", None, "a/b")) == "/tools/-/a~1b"


def test_what_is_there_is_found_however_it_is_named(body: dict[str, Any]) -> None:
    assert resolve(body, ("input", "2", "name")) == ("input", 2, "name")
    assert resolve(body, ("input", -1)) == ("input", 4)
    assert resolve(body, ("tools", None), may_be_new=True) == ("tools", 2)
    assert resolve(body, ("tools", "-"), may_be_new=True) == ("tools", 2)
    assert resolve(body, ("text", "format", "type"), may_be_new=True) == ("text", "format", "type")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("input[7]", "input[7]: the request has 5 input items, the last is input[4]."),
        ("input[-6]", "input[-6]: the request has 5 input items, the last is input[4]."),
        ("tools[2].name", "tools[2]: tools has 2 elements, the last is tools[1]."),
        ("input[1].summary[0]", "input[1].summary[0]: input[1].summary has no elements."),
        ("input[0].contnet", 'input[0].contnet: input[0] has no "contnet"; it has type, role, content.'),
        ("model.x", "model.x: model is a text, which has nothing inside."),
        ("input.first", "input.first: input is a list; name an element by its number, such as input[0]."),
        ("metadata[0]", 'metadata[0]: metadata is an object; name a member, such as metadata["a.b"].'),
        ("tools[+]", "tools[+]: a new element is nothing yet; give it a value, with tools[+]=VALUE."),
    ],
)
def test_what_is_not_there_is_told_with_what_is(body: dict[str, Any], text: str, said: str) -> None:
    with pytest.raises(EditProblem) as problem:
        resolve(body, read_place(text))
    assert str(problem.value) == said


def test_a_new_member_is_no_misspelt_one(body: dict[str, Any]) -> None:
    assert resolve(body, ("modle",), may_be_new=True) == ("modle",)  # the last step may be any
    with pytest.raises(EditProblem, match='the request has no "metdata"; it has model, instructions'):
        resolve(body, ("metdata", "key"), may_be_new=True)
    with pytest.raises(EditProblem, match='the request has no "inptu"'):
        resolve(body, ("inptu", 0), may_be_new=True)
