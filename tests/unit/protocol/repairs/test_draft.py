"""A request copied only where it changes, and pointers that fit the final body."""

from __future__ import annotations

import copy
from typing import Any

from inspector.protocol.families import UNKNOWN
from inspector.protocol.repairs.draft import Draft


def test_only_the_way_to_a_change_is_copied() -> None:
    body: dict[str, Any] = {"a": {"b": [{"c": 1}, {"d": 2}]}, "e": {"f": 3}}
    before = copy.deepcopy(body)
    draft = Draft(body, UNKNOWN, dated=False)
    draft.put(("a", "b", 0, "c"), 9, "why")
    draft.add(("a", "b", 0, "x~/y"), 8, "why")
    [one, two] = draft.finish()
    assert body == before
    assert draft.body == {"a": {"b": [{"c": 9, "x~/y": 8}, {"d": 2}]}, "e": {"f": 3}}
    assert draft.body["e"] is body["e"]
    assert draft.body["a"]["b"][1] is body["a"]["b"][1]
    assert (one.source, one.targets) == ("/a/b/0/c", ("/a/b/0/c",))
    assert (two.source, two.targets) == (None, ("/a/b/0/x~0~1y",))


def test_places_are_those_of_the_source_whatever_was_taken_out_before() -> None:
    draft = Draft({"l": [{"n": n} for n in range(5)]}, UNKNOWN, dated=False)
    draft.append(("l",), "end", "why")
    draft.drop(("l", 3), "why")
    draft.drop(("l", 0), "why")
    draft.put(("l", 4, "n"), "four", "why")
    draft.put(("l", 1, "n"), "one", "why")
    changes = draft.finish()
    assert draft.body == {"l": [{"n": "one"}, {"n": 2}, {"n": "four"}, "end"]}
    assert [(change.source, change.targets) for change in changes] == [
        (None, ("/l/3",)),
        ("/l/3", ()),
        ("/l/0", ()),
        ("/l/4/n", ("/l/2/n",)),
        ("/l/1/n", ("/l/0/n",)),
    ]


def test_each_change_names_its_rule() -> None:
    draft = Draft({"a": 1, "b": 2}, UNKNOWN, dated=False)
    draft.rule = "first"
    draft.drop(("a",), "one")
    draft.rule = "second"
    draft.rename("b", "c", "two")
    changes = draft.finish()
    assert [(change.rule, change.text) for change in changes] == [("first", "one"), ("second", "two")]
    assert changes[1].to_json() == {
        "rule": "second",
        "kind": "renamed",
        "source": "/b",
        "targets": ["/c"],
        "text": "two",
    }
