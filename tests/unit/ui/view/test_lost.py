"""What is gone from a request: found by its pointer, named in the request's words."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.ui.view.lost import at, lost_node, mark, name_of

REQUEST: dict[str, Any] = {
    "reasoning": {"summary": "auto"},
    "a/b": {"~": 1},
    "tools": [{"type": "web_search", "description": "Look."}],
    "input": [{"type": "reasoning", "id": "rs_1", "summary": []}],
    "²": [1],
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/reasoning/summary", "auto"),
        ("/a~1b/~0", 1),
        ("/tools/0/type", "web_search"),
        ("/tools/1", None),
        ("/tools/²", None),
        ("/tools/٣", None),
        ("/tools/" + "9" * 5000, None),
        ("/²/0", 1),
        ("/reasoning/summary/0", None),
        ("", REQUEST),
    ],
)
def test_pointers_into_the_request(pointer: str, value: Any):
    assert at(REQUEST, pointer) == value


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("/reasoning/summary", "✂ reasoning.summary  auto"),
        ("/tools/0", "✂ web_search  Look."),
        ("/input/0", "✂ reasoning"),
        ("/nowhere", "✂ nowhere  null"),
    ],
)
def test_a_lost_piece_in_words(source: str, said: str):
    node = lost_node(source, ["Because.", "And why."], REQUEST, matters=True)
    assert node.head(80, False).text.strip() == said
    assert [line.text for line in node.body(80)] == ["Because.", "And why."]
    assert node.opened
    assert f"in:{source}" in node.links


def test_one_that_does_not_matter_is_folded_and_one_without_a_reason_has_no_body():
    assert not lost_node("/reasoning", ["Because."], REQUEST, matters=False).opened
    assert not lost_node("/reasoning", [], REQUEST, matters=True).foldable


def test_names_and_marks():
    assert name_of("/a~1b/~0") == "a/b.~"
    assert "\x1b" not in name_of("/\x1b[2J")
    assert mark("") is None
    assert mark("→") is not None
