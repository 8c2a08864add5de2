"""Placeholders: of the same shape and sizes, the same for the same, and nothing of what they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.sharing.placeholder import Placeholders

OURS = Placeholders(b"salt")


@given(st.text())
def test_every_character_keeps_its_size_and_every_letter_goes(text: str):
    made = OURS.piece(text)
    sizes = [len(one.encode("utf-8", "surrogatepass")) for one in text]
    assert [len(one.encode("utf-8", "surrogatepass")) for one in made] == sizes
    for before, after in zip(text, made, strict=True):
        assert (before == after) == (not (before.isalnum() or before != after))
        assert before.isascii() == after.isascii()


def test_lines_that_begin_alike_begin_alike_and_equal_words_do_not_show():
    one, two = OURS.text("the cat sat on the cat\nthe cat ran"), OURS.text("the cat ran")
    assert one.split("\n")[1] == two
    assert one[:8] == two[:8]
    assert one.split()[1] != one.split("\n")[0].split()[-1]


def test_another_salt_is_another_nonsense():
    assert Placeholders(b"other").piece("contoso-prod") != OURS.piece("contoso-prod")


@pytest.mark.parametrize(
    "kept", ["*** Begin Patch", "*** End of File", "Exit code: 1", "<cwd>", "Output:", "{}[]:,"]
)
def test_what_tells_of_form_stays(kept: str):
    assert OURS.text(f"a line\n{kept}") == f"{OURS.text('a line')}\n{kept}"


def test_what_is_to_go_does_not_come_about_by_chance():
    made = Placeholders(b"salt", avoid=["abc", "xyz", "777"])
    text = made.piece("any text at all 1234567890 " * 500)
    assert not any(word in text for word in ("abc", "xyz", "777"))


def test_an_id_remains_one():
    made = OURS.hexadecimal("deadbeef-0000-4000-8000-abcdefabcdef")
    assert set(made) <= set("0123456789abcdef-")
    assert [len(part) for part in made.split("-")] == [8, 4, 4, 4, 12]
