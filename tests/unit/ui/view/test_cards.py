"""Cards: who speaks, the beginning, the whole below."""

from __future__ import annotations

from inspector.ui.view.cards import Card, arguments_body, content, length, members, node, text_body
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Span, Tone


def texts(made: Node, width: int = 40) -> list[str]:
    return ["".join(span.text for span in each.left) for each in made.body(width)]


def test_a_folded_card_shows_the_beginning_and_an_unfolded_one_does_not():
    card = node("k", Card("user", "hello\nworld", size=11, body=text_body("hello\nworld")))
    assert card.head(40, False).text == "user       hello world  11 B"
    assert "hello" not in card.head(40, True).text
    assert texts(card) == ["hello", "world"]


def test_a_mark_stands_before_the_role_and_keeps_the_column():
    marked = node("k", Card("user", "x"), mark=Span("✂", Tone.LOSS)).head(40, False)
    plain = node("k", Card("user", "x")).head(40, False)
    assert marked.text.index("x") == plain.text.index("x")


def test_arguments_member_by_member():
    body = arguments_body('{"cmd": "pytest -q", "script": "a\\nb", "n": [1]}')
    assert [each.text for each in body(40)] == ["cmd  pytest -q", "script", "  a", "  b", "n  [1]"]


def test_arguments_that_are_no_object_stay_as_they_came():
    assert [each.text for each in arguments_body('{"cmd": "cut o')(40)] == ['{"cmd": "cut o']
    assert [each.text for each in arguments_body("[1]")(40)] == ["[", "  1", "]"]
    patch = arguments_body("*** Begin Patch\n+new")(40)
    assert patch[1].left[1].tone is Tone.GOOD
    assert [each.text for each in members({}, 40)] == ["{}"]


def test_content_of_either_api():
    assert content("hi")[0] == "hi"
    assert content(None)[0] == ""
    parts = [{"type": "input_text", "text": "see"},
             {"type": "input_image", "image_url": "data:image/png;base64," + "A" * 1600}]  # fmt: skip
    text, body = content(parts)
    assert text == "see\n[image image/png 1.2 KB]"
    assert [each.text for each in body(40)] == ["see", "[image image/png 1.2 KB]"]
    assert (
        content([{"type": "image_url", "image_url": {"url": "https://a/b.png"}}])[0]
        == "[image https://a/b.png]"
    )
    assert content([7])[0] == "[7]"


def test_a_length_without_writing_the_json():
    assert length("abc") == 3
    assert 15 <= length({"a": ["bc", 1]}) <= 25
