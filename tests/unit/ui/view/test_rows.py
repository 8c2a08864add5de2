"""Rows from spans and strings."""

from __future__ import annotations

from inspector.ui.view.rows import Span, Tone, row


def test_a_row_from_pieces():
    made = row("a", Span("b", Tone.DIM), right="5 KB")
    assert made.left == (Span("a"), Span("b", Tone.DIM))
    assert made.right == (Span("5 KB", Tone.DIM),)
    assert made.text == "ab  5 KB"


def test_the_right_edge_may_be_empty_or_many():
    assert row("a").right == row("a", right="").right == ()
    assert row("a", right=Span("x", Tone.BAD)).right == (Span("x", Tone.BAD),)
    assert row("a", right=(Span("x"), Span("y"))).text == "a  xy"
