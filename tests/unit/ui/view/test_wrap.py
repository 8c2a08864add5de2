"""Long text as rows: no row too wide, nothing lost, and lazily made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.ui.view import wrap as module
from inspector.ui.view.rows import Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import Joined, TextRows, alike, cells, cut, wrap


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


PIECES = st.text(alphabet="ab \n\t漢\u0301\u202e", max_size=60)


@settings(max_examples=200)
@given(PIECES, PIECES, PIECES, st.integers(0, 12), st.integers(0, 3))
def test_laid_out_after_a_text_that_begins_alike_it_is_laid_out_the_same(
    common: str, one: str, other: str, width: int, indent: int
):
    before = TextRows(common + one, width, indent=indent)
    assert len(before)
    rows = TextRows(common + other, width, indent=indent)
    rows.after(before)
    assert list(rows) == list(TextRows(common + other, width, indent=indent))


def test_only_what_is_new_is_laid_out(monkeypatch: pytest.MonkeyPatch):
    wrapped: list[str] = []

    def noted(line: str, *more: object) -> list[tuple[int, int]]:
        wrapped.append(line)
        return wrap(line, *more)  # type: ignore[arg-type]

    before = TextRows("one\ntwo\nthree", 40)
    assert len(before) == 3
    monkeypatch.setattr(module, "wrap", noted)
    grown = TextRows("one\ntwo\nthree and\nfour", 40)
    grown.after(before)
    assert [each.text for each in grown] == ["one", "two", "three and", "four"]
    assert wrapped == ["three and", "four"]


def test_of_one_long_line_only_the_end_is_wrapped(monkeypatch: pytest.MonkeyPatch):
    before = TextRows("word " * 1000, 20)
    assert len(before) == 250
    cuts: list[str] = []
    monkeypatch.setattr(module, "cut", lambda text, width: cuts.append(text) or cut(text, width))
    longer = TextRows("word " * 1001, 20)
    longer.after(before)
    assert len(longer) == 251
    assert len(cuts) < 5


def test_at_another_width_everything_is_laid_out_anew():
    before = TextRows("a b c d", 3)
    assert len(before) == 2
    rows = TextRows("a b c d", 5)
    rows.after(before)
    assert [each.text for each in rows] == ["a b c", "d"]


def test_joined_texts_grow_part_by_part(monkeypatch: pytest.MonkeyPatch):
    before = Joined([[row("head")], TextRows("one\ntwo", 10)])
    assert len(before) == 3
    wrapped: list[str] = []
    monkeypatch.setattr(module, "wrap", lambda line, *more: wrapped.append(line) or wrap(line, *more))
    grown = Joined([[row("head")], TextRows("one\ntwo\nthree", 10)])
    grown.after(before)
    assert [each.text for each in grown] == ["head", "one", "two", "three"]
    assert wrapped == ["two", "three"]


@settings(max_examples=50)
@given(st.text("ab", max_size=8), st.text("ab", max_size=8))
def test_what_two_texts_have_in_common(one: str, other: str):
    same = alike(one, other)
    assert one[:same] == other[:same]
    assert one[same : same + 1] != other[same : same + 1] or same == len(one) == len(other)
