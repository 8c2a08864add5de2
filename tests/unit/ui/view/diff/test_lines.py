"""Lines of a difference at any width: everything shown, or counted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.compare.change import Change
from inspector.protocol.compare.text import Line, text_difference
from inspector.ui.view.diff.lines import BESIDE, LONGEST, LineRows
from inspector.ui.view.rows import Tone
from inspector.ui.view.wrap import cells

OLD, NEW = "one\ntwo words here\nthree", "one\ntwo other words here\nthree"


def rows(old: str, new: str, width: int, context: int | None = None) -> list[str]:
    return [row.text.rstrip() for row in LineRows(text_difference(old, new, context=context), width)]


def test_one_column_with_numbers_and_marks():
    assert rows(OLD, NEW, 60) == [
        "1   one",
        "2 - two words here",
        "2 + two other words here",
        "3   three",
    ]


def test_beside_each_other_where_there_is_room():
    shown = [line.split(" │ ") for line in rows(OLD, NEW, BESIDE)]
    assert [(left.rstrip(), right) for left, right in shown] == [
        ("1   one", "1   one"),
        ("2 - two words here", "2 + two other words here"),
        ("3   three", "3   three"),
    ]


def test_what_only_came_or_only_went_needs_no_second_column():
    assert rows("one", "one\ntwo", BESIDE) == ["1   one", "2 + two"]


def test_more_lines_on_one_side_than_on_the_other():
    shown = rows("a\nb\nc", "x", BESIDE)
    assert [line.count("│") for line in shown] == [1, 1, 1]
    assert shown[0].endswith("1 + x")
    assert shown[2].startswith("3 - c")


def test_what_differs_inside_a_line_is_told_from_the_rest():
    line = LineRows(text_difference(OLD, NEW), 60)[2]
    assert "".join(span.text for span in line.left if span.tone is Tone.FRESH).strip() == "other"
    gone = LineRows(text_difference(NEW, OLD), 60)[1]
    assert "".join(span.text for span in gone.left if span.tone is Tone.STALE).strip() == "other"


def test_unchanged_lines_far_from_a_change_are_counted():
    text = "\n".join(map(str, range(20)))
    shown = rows(text, text.replace("10", "ten"), 60, context=1)
    assert shown[0].strip() == "… 9 unchanged lines"
    assert shown[-1].strip() == "… 8 unchanged lines"


def test_lines_beyond_the_limit_are_counted():
    found = LineRows(text_difference("a\n" * 10, "b\n" * 10, limit=4), 60)
    assert "more lines not compared" in found[len(found) - 1].text


def test_a_line_without_end_is_cut_and_says_so():
    found = LineRows(text_difference("", "x" * 3 * LONGEST), 80)
    shown = "".join(row.text for row in found)
    assert "✂ 40 KB more not shown" in shown
    assert shown.count("x") == LONGEST


def test_nothing_to_show():
    assert len(LineRows([], 80)) == 0


def test_indexes_like_any_sequence():
    found = LineRows(text_difference(OLD, NEW), 60)
    assert [row.text for row in found[1:3]] == [found[1].text, found[2].text]
    with pytest.raises(IndexError):
        found[4]


TEXTS = st.text(st.sampled_from("ab \n\t漢\x1b\u202e\ud800é\u0301"), max_size=60)


@settings(max_examples=50, deadline=None)
@given(TEXTS, TEXTS, st.integers(12, 160))
def test_no_row_is_wider_than_there_is_room_and_none_controls_the_terminal(old: str, new: str, width: int):
    for row in LineRows(text_difference(old, new), width):
        text = "".join(span.text for span in row.left)
        assert cells(text) <= width + 12  # a mark is one character here, and up to eight cells when drawn
        assert not any(character in text for character in "\x1b\n\t\u202e")


def test_marks_take_their_cells_in_both_columns():
    [row] = LineRows([Line(Change.VANISHED, 1, None, "\u202e"), Line(Change.ADDED, None, 1, "b")], BESIDE)
    assert "│ 1 + b" in row.text
