"""Pieces and waits: nothing of a text is lost, and speed divides the waits."""

from __future__ import annotations

import pytest

from inspector.simulator.pace import AT_ONCE, HUMAN, Pace, deltas


@pytest.mark.parametrize("code", [False, True])
@pytest.mark.parametrize(
    "text", ["", " ", "one", "two words\n\n", '{"cmd": "a  \\n"}', "ünïcödé ✓✓✓✓ 漢字", "\t\n x"]
)
def test_pieces_add_up(text: str, code: bool) -> None:
    pieces = deltas(text, code=code)
    assert "".join(pieces) == text
    assert all(pieces)


def test_words_and_tokens() -> None:
    assert deltas("two words") == ["two", " words"]
    assert deltas('{"cmd": "ls"}', code=True) == ['{"', "cmd", '":', ' "', "ls", '"}']


def test_what_is_cut_is_the_first_half() -> None:
    assert deltas("one two three four five", cut=True) == ["one", " two"]
    assert deltas('{"cmd": "ls"}', code=True, cut=True) == ['{"', "cmd", '":']
    assert deltas("one", cut=True) == []


def test_speed() -> None:
    assert Pace(4, 2, 1).at(2) == Pace(2, 1, 0.5)
    assert HUMAN.at(0) == AT_ONCE
