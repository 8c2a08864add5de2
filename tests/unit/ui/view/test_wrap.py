"""Long text as rows: no row too wide, nothing lost, and lazily made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.ui.view import wrap as module
from inspector.ui.view.rows import Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import Joined, TextRows, cells, cut, wrap


def test_a_line_breaks_at_blanks_where_that_wastes_little():
    line = "the quick brown fox"
    assert [line[a:b] for a, b in wrap(line, 10)] == ["the quick ", "brown fox"]


def test_a_word_longer_than_the_line_is_cut():
    assert wrap("abcdefgh", 3) == [(0, 3), (3, 6), (6, 8)]


def test_double_width_characters_count_twice():
    assert cells("漢字a") == 5
    assert cut("漢字a", 3) == 1
    assert [b - a for a, b in wrap("漢字漢字", 5)] == [2, 2]


def test_an_empty_line_is_a_row():
    assert wrap("", 10) == [(0, 0)]


@settings(max_examples=100)
@given(st.text(alphabet=st.characters(exclude_characters="\n")), st.integers(0, 40))
def test_no_piece_is_too_wide_and_only_blanks_are_lost(text: str, width: int):
    line = clean(text)
    pieces = wrap(line, width)
    assert all(cells(line[a:b]) <= max(width, 2) for a, b in pieces)
    assert "".join(line[a:b] for a, b in pieces).replace(" ", "") == line.replace(" ", "")


def test_rows_of_a_text():
    rows = TextRows("one two\nthree\n", 5, tone=Tone.DIM, indent=1)
    assert [each.text for each in rows] == [" one ", " two", " thre", " e"]
    assert rows[1:3][0].left[1].tone is Tone.DIM
    with pytest.raises(IndexError):
        rows[4]


def test_what_is_too_long_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LIMIT", 10)
    rows = TextRows("x" * 2010, 80)
    assert [each.text for each in rows] == ["x" * 10, "✂ 2.0 KB more not shown"]


def test_a_long_line_costs_little():
    assert len(TextRows("x" * 1_000_000, 100)) == 10_000


def test_joined_rows():
    joined = Joined([[row("a")], [], [row("b"), row("c")]])
    assert [each.text for each in joined] == ["a", "b", "c"]
    assert [each.text for each in joined[1:]] == ["b", "c"]
    with pytest.raises(IndexError):
        joined[3]
