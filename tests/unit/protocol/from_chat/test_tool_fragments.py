"""Whose fragment is it: each rule, with calls that only record what they were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from inspector.protocol.from_chat.tool_fragments import CallTable, argument_text, read_fragment


@dataclass(eq=False)
class Call:
    call_id: str | None = None
    name: str = ""
    arguments: str = ""

    @property
    def has_arguments(self) -> bool:
        return bool(self.arguments.strip())

    def is_whole(self) -> bool:
        return self.arguments.endswith("}")


def assign(*deltas: Any) -> list[tuple[str | None, str, str]]:
    """The calls (id, name, arguments) after these deltas, each a list of entries or one entry."""
    calls: list[Call] = []

    def begin() -> Call:
        calls.append(Call())
        return calls[-1]

    table = CallTable(begin)
    for delta in deltas:
        entries = delta if isinstance(delta, list) else [delta]
        for place, entry in enumerate(entries):
            fragment = read_fragment(entry, place, len(entries))
            table.assign(fragment).arguments += fragment.arguments
    return [(call.call_id, call.name, call.arguments) for call in calls]


def entry(arguments: str | None = None, name: str | None = None, **rest: Any) -> dict[str, Any]:
    return {**rest, "function": {"name": name, "arguments": arguments}}


def test_an_index_decides() -> None:
    first, second = entry("{", "f", index=0, id="a"), entry("[", "g", index=1, id="b")
    assert assign(first, second, entry("}", index=0), entry("]", index=1)) == [
        ("a", "f", "{}"),
        ("b", "g", "[]"),
    ]


def test_an_index_as_text_is_one() -> None:
    assert assign(entry("{", "f", index=0, id="a"), entry("}", index="0")) == [("a", "f", "{}")]


def test_another_id_takes_an_index_over_and_may_take_it_back() -> None:
    parts = entry("{", "f", index=0, id="a"), entry("[", "g", index=0, id="b"), entry("}", index=0, id="a")
    assert assign(*parts, entry("!", index=0)) == [("a", "f", "{}!"), ("b", "g", "[")]


def test_an_index_without_ids_that_is_used_again() -> None:
    assert assign(entry("{}", "f", index=0), entry("{}", "g", index=0)) == [
        (None, "f", "{}"),
        (None, "g", "{}"),
    ]
    assert assign(entry("{}", "f", index=0), entry("{}", "f", index=0)) == [
        (None, "f", "{}"),
        (None, "f", "{}"),
    ]
    assert assign(entry("{", "f", index=0), entry("}", "f", index=0)) == [(None, "f", "{}")]
    assert assign(entry("{}", "f", index=0), entry("", "f", index=0)) == [(None, "f", "{}")]


@pytest.mark.parametrize("name", ["f", "g"])
def test_an_index_without_ids_whose_second_call_opens_with_its_name_alone(name: str) -> None:
    parts = [entry("{}", "f", index=0), entry("", name, index=0), entry("{", index=0), entry("}", index=0)]
    assert assign(*parts) == [(None, "f", "{}"), (None, name, "{}")]
    assert assign(*parts, entry("", name, index=0), entry("{", index=0)) == [
        (None, "f", "{}"),
        (None, name, "{}"),
        (None, name, "{"),
    ]


def test_a_name_that_comes_again_may_still_be_anothers() -> None:
    parts = entry("{}", "f", index=0), entry("", "f", index=0)
    assert assign(*parts, entry(" ", index=0)) == [(None, "f", "{} ")]
    assert assign(*parts, entry("{", "g", index=0)) == [(None, "f", "{}"), (None, "g", "{")]
    assert assign(*parts, entry("{", index=0, id="b")) == [(None, "f", "{}"), ("b", "f", "{")]
    assert assign(*parts, entry("", index=0, id="a")) == [("a", "f", "{}")]
    assert assign(parts[0], entry("", "g", index=0, id="b")) == [(None, "f", "{}"), ("b", "g", "")]
    first = entry("{}", "f", index=0, id="a")
    assert assign(first, parts[1], entry("{", index=0, id="b")) == [("a", "f", "{}"), ("b", "f", "{")]


def test_an_id_decides_where_there_is_no_index() -> None:
    parts = entry("{", "f", id="a"), entry("[", "g", id="b"), entry("}", id="a"), entry("]", id="b")
    assert assign(*parts) == [("a", "f", "{}"), ("b", "g", "[]")]


def test_a_known_id_under_a_new_index() -> None:
    first = entry("{", "f", index=0, id="a")
    assert assign(first, entry("}", index=1, id="a")) == [("a", "f", "{}")]
    assert assign(first, entry("}", "f", index=1, id="a")) == [("a", "f", "{}")]
    assert assign(first, entry("{}", "g", index=1, id="a")) == [("a", "f", "{"), (None, "g", "{}")]
    whole = entry("{}", "f", index=0, id="a")
    assert assign(whole, entry("{}", "f", index=1, id="a")) == [("a", "f", "{}"), (None, "f", "{}")]


def test_an_id_that_comes_late() -> None:
    assert assign(entry("{"), entry("}", "f", id="a")) == [("a", "f", "{}")]
    assert assign(entry("{", "f"), entry("}", id="a")) == [("a", "f", "{}")]
    assert assign(entry("{}", "f"), entry("{}", "g", id="a")) == [(None, "f", "{}"), ("a", "g", "{}")]


def test_neither_index_nor_id() -> None:
    assert assign(entry("{", "f"), entry("}"), entry("{}", "g")) == [(None, "f", "{}"), (None, "g", "{}")]
    assert assign(entry("{", "f"), entry("}", "f"), entry("{}", "f")) == [
        (None, "f", "{}"),
        (None, "f", "{}"),
    ]
    assert assign([entry("{", "f"), entry("[", "g")], [entry("}"), entry("]")]) == [
        (None, "f", "{}"),
        (None, "g", "[]"),
    ]


def test_names_in_pieces_and_repeated() -> None:
    pieces = entry(None, "ex", index=0), entry(None, "ec", index=0)
    assert assign(*pieces, entry("{", "exec", index=0), entry("}", "exec", index=0)) == [(None, "exec", "{}")]


@pytest.mark.parametrize(
    "rest", [{"id": ""}, {"id": None}, {"id": " "}, {"index": True}, {"index": 1.5}, {"index": "x"}]
)
def test_what_is_as_good_as_absent(rest: dict[str, Any]) -> None:
    fragment = read_fragment(entry("{}", **rest), 0, 1)
    assert (fragment.index, fragment.id) == (None, None)


def test_other_shapes_of_an_entry() -> None:
    custom = read_fragment({"id": 7, "custom": {"name": "f", "input": "text"}}, 0, 1)
    bare = read_fragment({"id": "7", "name": "f", "arguments": "text"}, 0, 1)
    assert custom == bare
    broken = read_fragment({"function": {"name": 1, "arguments": None}}, 0, 1)
    assert (broken.name, broken.arguments) == ("", "")


def test_arguments_that_are_no_text() -> None:
    assert argument_text({"a": [1]}) == '{"a":[1]}'
    assert argument_text(None) == argument_text(object()) == ""
