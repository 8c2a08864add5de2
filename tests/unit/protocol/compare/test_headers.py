"""Headers, whatever their case and however often."""

from __future__ import annotations

from inspector.protocol.compare.headers import compare_headers
from inspector.protocol.compare.ignore import Ignore
from inspector.simulator.codex_request import Thread


def test_names_in_any_case_values_as_they_are() -> None:
    old = [("Accept", "a"), ("X-One", "1"), ("Via", "a"), ("via", "b")]
    new = [("accept", "a"), ("via", "a"), ("X-Two", "2")]
    assert [one.to_json() for one in compare_headers(old, new)] == [
        {"change": "vanished", "name": "x-one", "before": "1", "after": None},
        {"change": "changed", "name": "via", "before": "a, b", "after": "a"},
        {"change": "added", "name": "x-two", "before": None, "after": "2"},
    ]


def test_what_differs_in_every_request_is_marked_and_opened() -> None:
    thread = Thread("gpt-5.5")
    thread.prompt("one")
    old = thread.headers()
    thread.prompt("two")
    (one,) = compare_headers(old.items(), {**old, **thread.headers()}.items())
    assert (one.name, one.routine) == ("x-codex-turn-metadata", True)
    assert "/turn_id" in [part.new for part in one.parts]
    assert one.to_json()["routine"] is True
    (limit,) = compare_headers(
        [("x-ratelimit-remaining-tokens", "9")], [("x-ratelimit-remaining-tokens", "8")]
    )
    assert limit.routine


def test_ignored_headers_are_not_told() -> None:
    assert compare_headers([("A", "1")], [("a", "2")], Ignore(headers=frozenset(("a",)))) == ()


def test_only_objects_on_both_sides_are_opened() -> None:
    (one,) = compare_headers([("a", "{}")], [("a", "[1]")])
    assert one.parts == ()
