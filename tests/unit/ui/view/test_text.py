"""Nothing in traffic can move the cursor, hide or reorder, whatever its characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.ui.view.text import clean, decode, first_line, glyphs, lines, one_line


def drawn(text: str) -> str:
    return "".join(piece for piece, _ in glyphs(clean(text)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [bold]text[/]", "plain [bold]text[/]"),
        ("\x1b[2J", "␛[2J"),
        ("a\x00b\x7f\r", "a␀b␡␍"),
        ("\u202eabc\u202c", "⟨202E⟩abc⟨202C⟩"),
        ("a\u200bb\ufeff", "a⟨200B⟩b⟨FEFF⟩"),
        ("\x9b31m", "⟨009B⟩31m"),
        ("\u2028", "⟨2028⟩"),
        ("a\tb", "a   b"),
        ("👍🏽", "👍⟨1F3FD⟩"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 3 + "…"),
        ("\u0e01" + "\u0e49\u0489" * 9, "\u0e01\u0e49\u0489\u0e49…"),
        ("\ue000", "⟨E000⟩"),
        ("漢字", "漢字"),
    ],
)
def test_what_is_drawn(text: str, shown: str):
    assert drawn(text) == shown


def test_bytes_that_are_no_utf8_are_shown_as_bytes():
    assert drawn(decode(b"a\xff\xfeb")) == "a⟨FF⟩⟨FE⟩b"


def test_a_mark_is_told_from_text_that_looks_like_one():
    assert list(glyphs(clean("␛⟨202E⟩\x1b\u202e"))) == [("␛⟨202E⟩", False), ("␛", True), ("⟨202E⟩", True)]


def test_lines_end_at_line_feeds_only():
    assert ["".join(piece for piece, _ in glyphs(line)) for line in lines("a\r\nb\x0bc")] == ["a␍", "b␋c"]


def test_the_first_line_and_the_one_line():
    assert first_line("\n\n  one\ntwo") == "one"
    assert one_line("a\n\n b\t c") == "a b c"
    assert len(one_line("x" * 1000)) == 400


@settings(max_examples=150)
@given(st.text() | st.binary().map(decode))
def test_whatever_it_is_every_drawn_character_is_visible_and_in_order(text: str):
    for character in drawn(text):
        category = unicodedata.category(character)
        assert category[0] != "C", hex(ord(character))
        assert category not in ("Zl", "Zp")
        assert unicodedata.bidirectional(character) not in (
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
        )
