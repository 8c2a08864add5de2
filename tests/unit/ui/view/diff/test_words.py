from __future__ import annotations

from inspector.protocol.compare.change import Change
from inspector.ui.view.diff.words import MARKS, sentence, sizes, tally


def test_every_change_has_a_mark_of_its_own():
    assert len({MARKS[change].text for change in Change}) == len(Change)


def test_a_tally_says_how_many_of_each():
    assert tally([Change.ADDED, Change.KEPT, Change.ADDED, Change.CHANGED]) == "+2  ≠1  1 unchanged"
    assert tally([]) == ""


def test_a_sentence_names_the_first_and_counts_the_others():
    assert sentence(Change.ADDED, "item", ["a"]) == "1 item added: a"
    assert sentence(Change.MOVED, "item", list("abcdefg")) == "7 items moved: a, b, c, d, e, … 2 more"


def test_names_are_cleaned_and_never_empty():
    told = sentence(Change.VANISHED, "tool", ["\x1b[31m", ""])
    assert "\x1b" not in told
    assert told.endswith(", ?")


def test_sizes_tell_both_sides_where_they_differ():
    assert sizes(Change.ADDED, 0, 12) == "12 B"
    assert sizes(Change.VANISHED, 12, 0) == "12 B"
    assert sizes(Change.CHANGED, 12, 14) == "12 B → 14 B"
    assert sizes(Change.MOVED, 12, 12) == "12 B"
