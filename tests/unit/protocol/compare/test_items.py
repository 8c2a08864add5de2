"""Items are found again by their identity, and by what they say."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.compare.items import items_of
from inspector.protocol.compare.pieces import compare_pieces, share_words


def message(text: str, identifier: str | None = None, role: str = "user") -> dict[str, Any]:
    known = {"id": identifier} if identifier else {}
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}], **known}


def call(call_id: str, arguments: str = "{}", name: str = "shell") -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}


def output(call_id: str, text: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": text}


def told(old: Any, new: Any) -> list[tuple[str, str, str | None, str | None]]:
    found = compare_pieces(items_of(old, "/input"), items_of(new, "/input"), share_words)
    return [(str(one.change), one.title, one.old, one.new) for one in found]


def test_a_shortened_output_is_the_same_output() -> None:
    old = [call("c1"), output("c1", "a long story"), call("c2"), output("c2", "another")]
    new = [call("c1"), output("c1", "..."), call("c2"), output("c2", "another")]
    assert told(old, new)[1] == ("changed", "function_call_output", "/input/1", "/input/1")
    assert [one[0] for one in told(old, new)] == ["kept", "changed", "kept", "kept"]


def test_a_call_and_its_output_are_not_taken_for_each_other() -> None:
    assert [one[0] for one in told([call("c1")], [output("c1", "x")])] == ["vanished", "added"]


def test_other_identifiers_around_the_same_words() -> None:
    texts = ["read the file", "change the file", "run the tests"]
    old = [message(text, f"msg_{n}") for n, text in enumerate(texts)]
    new = [message(text, f"other_{n}") for n, text in enumerate(texts)]
    assert [one[0] for one in told(old, new)] == ["changed"] * 3
    assert [one[2:] for one in told(old, new[::-1]) if one[0] == "changed"] == [("/input/2", "/input/0")]


def test_a_prompt_written_anew_among_others() -> None:
    old = [message("fix the flaky test in the kiln"), message("now the docs")]
    new = [message("please"), message("fix the flaky test in the oven"), message("thanks")]
    assert [(one[0], *one[2:]) for one in told(old, new)] == [
        ("added", None, "/input/0"),
        ("changed", "/input/0", "/input/1"),
        ("vanished", "/input/1", None),
        ("added", None, "/input/2"),
    ]


def test_prompts_that_share_a_word_or_two_are_not_forms_of_each_other() -> None:
    old = [message("fix the flaky test in the kiln"), message("then write down what you found out")]
    new = [message("does the build run in a container"), message("what else depends on it then")]
    assert [one[0] for one in told(old, new)] == ["vanished", "vanished", "added", "added"]


def test_a_moved_item_may_be_changed_too() -> None:
    old = [call("c1"), call("c2", name="b"), call("c3", name="c")]
    new = [call("c2", name="b"), call("c3", name="c"), call("c1", '{"cmd":1}')]
    found = compare_pieces(items_of(old, ""), items_of(new, ""), share_words)
    assert [str(one.change) for one in found] == ["kept", "kept", "moved"]
    assert [(part.old, part.new) for part in found[2].parts] == [("/0/arguments", "/2/arguments")]


def test_members_in_another_order_are_no_change() -> None:
    item = call("c1")
    assert told([item], [dict(reversed(item.items()))])[0][0] == "kept"


@pytest.mark.parametrize(
    ("value", "titles"),
    [
        ("a prompt", ["text"]),
        (None, []),
        ([], []),
        (
            [{"role": "user", "content": "x"}, {"type": "reasoning"}, 3, {}],
            ["message user", "reasoning", "", ""],
        ),
        ([{"type": ["odd"]}, {"type": "message", "role": 3}, "x"], ["", "message", "text"]),
    ],
)
def test_any_input_has_items(value: Any, titles: list[str]) -> None:
    assert [item.title for item in items_of(value, "/input")] == titles


def test_sizes_are_those_of_the_json() -> None:
    (one,) = compare_pieces(items_of(["h\u00e9"], ""), items_of(["h"], ""), share_words)
    assert (one.old_size, one.new_size) == (5, 3)
