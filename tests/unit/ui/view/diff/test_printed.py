from __future__ import annotations

from inspector.ui.view.diff.printed import printed


def test_both_halves_in_words(recorded):
    lines = list(printed(recorded(1, 2), 100))
    assert lines[0].startswith("diff  #1 turn 1")
    assert "request" in lines
    assert "response" in lines
    assert "  Tokens are estimated, at the rate of the exchange's own usage." in lines
    assert "  ≠ reasoning.effort  low → high" in lines
    assert not any("You are Codex" in line and "all" in line for line in lines)


def test_full_leaves_nothing_folded(recorded):
    short, full = (list(printed(recorded(1, 2), 100, full=full)) for full in (False, True))
    assert not any("Why does tests" in line for line in short)
    assert any("Why does tests" in line for line in full)


def test_marks_are_printed_as_they_are_drawn(compared):
    lines = list(printed(compared({"a": "x"}, {"a": "\x1b\u202e"}), 80))
    assert "  ≠ a  x → ␛⟨202E⟩" in lines
