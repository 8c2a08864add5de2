"""A pane's content in its forms: items, JSON, and the bytes as they passed."""

from __future__ import annotations

from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import Form, PaneContent, Passed
from inspector.ui.view.rows import row
from inspector.ui.view.text import clean

NODES = [Node("a", row("a"))]


def test_only_the_forms_that_there_are():
    assert PaneContent(NODES).forms() == [Form.ITEMS]
    assert PaneContent(NODES, value={}).forms() == [Form.ITEMS, Form.JSON]
    assert PaneContent(NODES, raw="").forms() == [Form.ITEMS, Form.RAW]
    assert PaneContent(NODES, value=[], raw="[]").forms() == [Form.ITEMS, Form.JSON, Form.RAW]


def test_the_text_is_what_is_shown_or_all_there_is():
    both = PaneContent(NODES, value={"a": 1}, raw='{"a":1}')
    assert both.text(Form.ITEMS) == both.text(Form.JSON) == '{\n  "a": 1\n}'
    assert both.text(Form.RAW) == '{"a":1}'
    assert PaneContent(NODES, raw="x").text(Form.ITEMS) == "x"
    assert PaneContent(NODES).text(Form.ITEMS) is None


def test_each_form_as_rows():
    content = PaneContent(NODES, value={"a": 1}, raw="one\ntwo")
    assert content.in_form(Form.ITEMS) is NODES
    [whole] = content.in_form(Form.JSON)
    assert [line.text for line in whole.body(20)] == ["{", '  "a": 1', "}"]
    assert (whole.is_bare, whole.foldable) == (True, False)
    [raw] = content.in_form(Form.RAW)
    assert [line.text for line in raw.body(20)] == ["one", "two"]


def test_hostile_bytes_stay_marks_in_every_form():
    content = PaneContent(NODES, value={"a": "\x1b[2J\u202e"}, raw="\x1b[2J\r\u202e")
    for form in (Form.JSON, Form.RAW):
        [whole] = content.in_form(form)
        text = "".join(line.text for line in whole.body(80))
        assert not set(text) & {"\x1b", "\r", "\u202e"}


def test_a_body_that_grows_on_is_as_it_was_when_it_was_handed_out():
    body = bytearray(b"so f\xff")
    content = PaneContent([], raw=Passed(body))
    body += b"ar"
    assert content.text(Form.RAW) == content.text(Form.ITEMS) == "so f\udcff"
    [node] = content.in_form(Form.RAW)
    assert [line.text for line in node.body(80)] == [clean("so f\udcff")]
