"""Changes inside any two values, by the examples that people meet."""

from __future__ import annotations

from typing import Any

from inspector.protocol.compare.values import value_difference


def told(old: Any, new: Any) -> list[tuple[str, str | None, str | None]]:
    return [(str(one.change), one.old, one.new) for one in value_difference(old, new)]


def test_members_at_their_pointers() -> None:
    assert told({"a": 1, "b/c": {"~": 1}, "x": 0}, {"b/c": {"~": 2}, "x": 0, "d": None}) == [
        ("vanished", "/a", None),
        ("changed", "/b~1c/~0", "/b~1c/~0"),
        ("added", None, "/d"),
    ]


def test_elements_with_names_are_followed() -> None:
    old = [{"name": "a", "v": 1}, {"name": "b", "v": 1}, {"name": "c", "v": 1}]
    new = [{"name": "new"}, {"name": "b", "v": 2}, {"name": "c", "v": 1}, {"name": "a", "v": 3}]
    assert told(old, new) == [
        ("added", None, "/0"),
        ("changed", "/1/v", "/1/v"),
        ("moved", "/0", "/3"),
        ("changed", "/0/v", "/3/v"),
    ]


def test_parts_of_a_message_are_followed_by_their_types() -> None:
    old = [{"type": "input_text", "text": "look"}, {"type": "input_image", "image_url": "u"}]
    new = [{"type": "input_image", "image_url": "w"}]
    assert told(old, new) == [("vanished", "/0", None), ("changed", "/1/image_url", "/0/image_url")]


def test_scalars_of_a_list_come_and_go() -> None:
    assert told(["a", "b"], ["b", "c"]) == [("vanished", "/0", None), ("added", None, "/1")]
    assert told([1], [True]) == [("changed", "/0", "/0")]


def test_before_and_after_are_the_values() -> None:
    (one,) = value_difference({"a": [1]}, {"a": {"b": 1}}, "/x", "/y")
    assert (one.old, one.new, one.before, one.after) == ("/x/a", "/y/a", [1], {"b": 1})
    assert one.to_json() == {
        "change": "changed",
        "old": "/x/a",
        "new": "/y/a",
        "before": [1],
        "after": {"b": 1},
    }


def test_what_lies_too_deep_is_told_as_one() -> None:
    old: Any = {"end": 1}
    new: Any = {"end": 2}
    for _ in range(5000):
        old, new = [old], [new]
    assert value_difference(old, old) == ()
    (one,) = value_difference(old, new)
    assert one.old == "/0" * 64
