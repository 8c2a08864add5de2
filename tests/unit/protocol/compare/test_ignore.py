"""What does not count is left out, and nothing else is touched."""

from __future__ import annotations

from inspector.protocol.compare.ignore import NOTHING, Ignore

BODY = {
    "id": "r",
    "a/b": {"id": 1, "x": 2},
    "output": [{"id": "i", "content": [{"text": "t", "logprobs": []}]}, "id", {"id": 2}],
}


def test_pointers_name_members_and_a_star_any_step() -> None:
    ignore = Ignore(members=("/id", "/a~1b/*", "/output/*/id", "/output/0/content/*/logprobs"))
    assert ignore.applied(BODY) == {"a/b": {}, "output": [{"content": [{"text": "t"}]}, "id", {}]}
    assert "id" in BODY


def test_pointers_that_overlap_all_count() -> None:
    ignore = Ignore(members=("/output/*/content/*/text", "/output/0/content/0/logprobs", "/*/x"))
    found = ignore.applied(BODY)
    assert found["output"][0] == {"id": "i", "content": [{}]}
    assert found["a/b"] == {"id": 1}


def test_an_element_of_a_list_keeps_its_place() -> None:
    assert Ignore(members=("/output/1",)).applied(BODY) == BODY


def test_what_nobody_speaks_of_is_the_same_object() -> None:
    assert NOTHING.applied(BODY) is BODY
    assert Ignore(members=("/id",)).applied(BODY)["output"] is BODY["output"]
    assert NOTHING.applied("{ }") == "{ }"


def test_of_json_in_a_string_only_the_value_counts() -> None:
    ignore = Ignore(json_texts=("/output/*/arguments",))
    body = {"output": [{"arguments": '{"b": 1, "a": 2}'}, {"arguments": "{broken"}, {"arguments": 3}]}
    texts = [item["arguments"] for item in ignore.applied(body)["output"]]
    assert texts == ['{"a":2,"b":1}', "{broken", 3]
