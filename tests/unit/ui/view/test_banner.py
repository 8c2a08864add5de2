"""The banner says all of it."""

from __future__ import annotations

from inspector.ui.view.banner import banner_rows, remark_rows
from inspector.ui.view.rows import Tone


def test_no_word_is_cut_off():
    words = "The capture cannot be written: the disk is full. The traffic goes on."
    rows = banner_rows(words, 30)
    assert all(len(each.text) <= 30 for each in rows)
    assert rows[0].text.startswith("⚠ The capture")
    assert "".join(each.text for each in rows).replace("⚠", "").split() != []
    assert " ".join(" ".join(each.text for each in rows).replace("⚠", "").split()) == words


def test_a_remark_is_quieter_and_as_whole():
    rows = remark_rows("An older format, shown from a copy.", 24)
    assert [each.text.rstrip() for each in rows] == ["○ An older format, shown", "  from a copy."]
    assert {span.tone for each in rows for span in each.left} == {Tone.DIM}
