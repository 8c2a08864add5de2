"""Nodes as lines of text."""

from __future__ import annotations

from inspector.ui.view.cards import text_body
from inspector.ui.view.outline import Node
from inspector.ui.view.plain import plain, words
from inspector.ui.view.rows import Span, row

INNER = Node("inner", row(Span("inner"), right="9 B"), body=text_body("a text of its own"))
NODES = [Node("outer", row(Span("outer")), branches=[INNER], opened=True), Node("last", row(Span("last")))]


def test_what_is_folded_stays_folded_unless_all_is_wanted() -> None:
    assert [line.strip() for line in plain(NODES, 40)] == ["outer", "inner  9 B", "last"]
    full = [line.strip() for line in plain(NODES, 40, full=True)]
    assert full == ["outer", "inner  9 B", "a text of its own", "last"]


def test_folds_are_a_persons() -> None:
    assert [line.strip() for line in plain(NODES, 40, {"outer": False})] == ["outer", "last"]
    assert "a text of its own" in "".join(plain(NODES, 40, {"inner": True}))


def test_long_texts_are_wrapped_and_nothing_ends_in_blanks() -> None:
    node = Node("n", row(Span("n")), body=text_body("word " * 40), opened=True)
    told = list(plain([node], 30))
    assert len(told) > 6
    assert all(len(line) <= 30 and line == line.rstrip() for line in told)


def test_words_are_the_text_of_spans() -> None:
    assert words((Span("a"), Span(" b"))) == "a b"
