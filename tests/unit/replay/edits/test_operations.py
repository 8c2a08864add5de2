"""What was changed, as a patch that makes the same change again."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.compare.canonical import same
from inspector.replay.edits.edit import apply, parse_patch
from inspector.replay.edits.operations import for_the_record, operations

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "/~"]),
    lambda inside: st.lists(inside, max_size=5) | st.dictionaries(st.sampled_from(["a", "b", "/~"]), inside),
    max_leaves=15,
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), JSON), st.dictionaries(st.sampled_from("abc"), JSON))
def test_the_patch_makes_the_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    patch = parse_patch(json.dumps(list(operations(before, after))))
    assert same(apply([patch], before), after)


def test_what_was_only_left_out_is_only_removed(body: dict[str, Any]) -> None:
    after = {**body, "input": [body["input"][n] for n in (1, 4)]}
    assert list(operations(body, after)) == [{"op": "remove", "path": f"/input/{n}"} for n in (3, 2, 0)]


def test_a_text_that_was_changed(body: dict[str, Any]) -> None:
    after = json.loads(json.dumps(body).replace('"hi"', '"ho"'))
    expected = [{"op": "replace", "path": "/input/0/content/0/text", "value": "ho"}]
    assert list(operations(body, after)) == expected


def test_the_record_stays_small(body: dict[str, Any]) -> None:
    (operation,) = for_the_record(body, {**body, "instructions": "x" * 5000})
    assert operation == {"op": "replace", "path": "/instructions", "bytes": 5002}
    many = for_the_record({"a": list(range(250))}, {"a": []})
    assert len(many) == 101
    assert many[-1] == {"more": 150}
