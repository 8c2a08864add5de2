"""The first line, and what a person has to know."""

from __future__ import annotations

from inspector.ui.view.hold.headings import hold_header, hold_remarks


def test_the_header_counts():
    assert hold_header(2, 1, 0).text == "Hold  ⏸ 2 held  1 rule"
    assert hold_header(0, 0, 2).text == "Hold  ⏸ 0 held  0 rules and 2 switched off"


def said(*, passes: bool | None = True, rules: bool = False, holds: bool = False, problem: str = "") -> str:
    rows = hold_remarks(passes=passes, has_rules=rules, holds=holds, problem=problem or None, width=60)
    return " ".join(row.text.strip() for row in rows)


def test_where_nothing_passes_it_says_so_and_what_to_do():
    assert said(passes=False, rules=True).startswith("⚠ No proxy writes this capture")
    assert "inspector live" in said(passes=False)


def test_without_rules_it_tells_how_to_make_one_and_with_one_that_nothing_is_held():
    assert "n makes a rule" in said(passes=None)
    assert said(rules=True).startswith("Nothing is held now")
    assert said(rules=True, holds=True) == ""
    assert said(holds=True, problem="The proxy cannot be told.") == "⚠ The proxy cannot be told."
