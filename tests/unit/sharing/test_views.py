"""Texts in other forms are read, and written back in the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.sharing import views
from inspector.sharing.literals import reslashed, unslashed

PIECES = st.sampled_from(
    [
        "%5a", "%5A", "%", "%zz", "%c3%a9", "%ff", "\0", "+", "\r\n", "\n", "abcdefghijklmnop", "QUJD", "=",
        "é", "\\", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", '\\"', "\\n", "\\q", " ",
    ]
)  # fmt: skip


@given(text=st.lists(PIECES, max_size=9).map("".join))
@settings(max_examples=100, deadline=None)
def test_what_was_not_changed_is_written_back_as_it_was(text: str):
    for read, written in (*views.FORMS, (unslashed, reslashed)):
        plain = read(text)
        if plain is not None:
            assert written(text, plain) == text
            changed = plain.replace("a", "b").replace("é", "ж")
            assert len(written(text, changed).encode("utf-8", "surrogateescape")) == len(
                text.encode("utf-8", "surrogateescape")
            )
            if read is not unslashed:  # an escape of no meaning may get one
                assert read(written(text, changed)) in (changed, None)


def test_base64_is_written_in_its_own_alphabet():
    assert views.encoded("??>>", "Pz8-Pg==") == "Pz8-Pg=="
    assert views.decoded("Pz8-Pg") == "??>>"


@pytest.mark.parametrize(
    ("text", "least"),
    [("a text of some length", 1), ("too short", views.FEWEST), ("\x01" * 40, views.FEWEST)],
)
def test_in_what_is_no_text_a_few_letters_may_be_chance(text: str, least: int):
    assert views.least(text) == least
