"""Which elements belong together, in small lists that can be read, and in all small lists there are."""

from __future__ import annotations

from collections.abc import Hashable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.compare.alignment import Pair, align, common_start


class Letter:
    """`b1` is a form of `B`: capital letters are names, all letters of one alphabet are of one kind."""

    levels = 1

    def __init__(self, text: str) -> None:
        self.text = text
        self.kind: Hashable | None = text[0].isalpha() or None

    def name(self, level: int) -> Hashable | None:
        return self.text[0] if self.text[0].isupper() else None


def letters(text: str) -> list[Letter]:
    return [Letter(word) for word in text.split()]


def shown(old: str, new: str) -> str:
    """The pairs as words: `+new -old old=new old~new`, moved ones as `old>new`."""
    left, right = old.split(), new.split()
    pairs = align(letters(old), letters(new), lambda one, other: one.text[0] == other.text[0])
    return " ".join(_word(pair, left, right) for pair in pairs)


def _word(pair: Pair, old: list[str], new: list[str]) -> str:
    if pair.old is None or pair.new is None:
        return f"-{old[pair.old]}" if pair.old is not None else f"+{new[pair.new or 0]}"
    one, other = old[pair.old], new[pair.new]
    if pair.moved:
        return f"{one}>{other}"
    return one if one == other else f"{one}~{other}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("a b", "a b", "a b"),
        ("a b", "a b c", "a b +c"),
        ("a b c", "a c", "a -b c"),
        ("1 2 3", "1 4 3", "1 -2 +4 3"),  # of no kind: never forms of each other
        ("a b c d", "b c d a", "b c d a>a"),
        ("a b c d", "d a b c", "d>d a b c"),
        ("a A1 c", "a A2 c", "a A1~A2 c"),  # the same name
        ("A1 B1 c", "B1 c A2", "B1 c A1>A2"),
        ("a b1 c", "a b2 c", "a b1~b2 c"),
        ("x a1 a2 y", "x a3 a2 y", "x a1~a3 a2 y"),
        ("x p q y", "x r y", "x -p -q +r y"),  # three of one kind that do not resemble each other
        ("P x Q x R", "S Q x T", "-P -x +S Q x R~T"),
        ("x x x", "x x", "x x -x"),
        ("a x b x", "x a x b", "x>x a x b"),
    ],
)
def test_what_belongs_together(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


LETTERS = st.lists(st.sampled_from(["a1", "a2", "b1", "A1", "A2", "B1", "1", "2"]), max_size=9).map(" ".join)


@settings(max_examples=50, deadline=None)
@given(LETTERS, LETTERS)
def test_everybody_once_in_the_order_of_the_new_list(old: str, new: str) -> None:
    pairs = align(letters(old), letters(new), lambda *_: True)
    assert [pair.new for pair in pairs if pair.new is not None] == list(range(len(new.split())))
    assert sorted(pair.old for pair in pairs if pair.old is not None) == list(range(len(old.split())))
    in_place = [pair.old for pair in pairs if pair.old is not None and not pair.moved]
    assert in_place == sorted(in_place)
    assert all(pair.old is not None and pair.new is not None for pair in pairs if pair.moved)


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_the_common_start(one: str, other: str) -> None:
    found = common_start(one, other)
    assert one[:found] == other[:found]
    assert found in (len(one), len(other)) or one[found] != other[found]
