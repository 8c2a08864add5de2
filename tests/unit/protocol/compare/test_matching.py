"""Runs of equal elements: always true, as difflib has them where it may be asked, and never at its price."""

from __future__ import annotations

import random
from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.compare import matching
from inspector.protocol.compare.matching import Matcher


def check(old: str | list[int], new: str | list[int], pairs: int) -> int:
    """That the runs are equal and in order; how much they cover."""
    old_at = new_at = covered = 0
    for run in Matcher(pairs).runs(old, new):
        assert run.length > 0
        assert run.old >= old_at
        assert run.new >= new_at
        old_at, new_at = run.old + run.length, run.new + run.length
        assert old[run.old : old_at] == new[run.new : new_at]
        covered += run.length
    return covered


@settings(max_examples=50, deadline=None)
@given(st.text("abcd", max_size=20), st.text("abce", max_size=20), st.sampled_from([0, 30, 10_000]))
def test_runs_are_equal_and_in_order(old: str, new: str, pairs: int) -> None:
    covered = check(old, new, pairs)
    assert (covered > 0) == bool({*old} & {*new})


def test_difflib_is_asked_where_it_is_cheap() -> None:
    old, new = "the quick brown fox", "a quick fox, brown"
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    assert [*Matcher(10_000).runs(old, new)] == [tuple(block) for block in blocks if block.size]


def test_what_repeats_too_often_is_taken_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Counted(SequenceMatcher[Any]):
        def __init__(self, junk: None, old: Any, new: Any, **options: bool) -> None:
            asked.append(sum(one == other for one in old for other in new))
            super().__init__(junk, old, new, **options)

    monkeypatch.setattr(matching, "SequenceMatcher", Counted)
    dice = random.Random(4)
    old, new = ([dice.choice([1, 2]) for _ in range(600)] for _ in range(2))
    assert check(old, new, 100_000) > 100
    assert asked == []
    middle = [*range(10, 20)]
    assert check([*old, *middle, 1, 2, 1], [*new, *middle, 2, 1], 100_000) > 110
    assert 0 < sum(asked) <= 20_000


def test_the_budget_is_for_all_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Counted(SequenceMatcher[Any]):
        def __init__(self, *arguments: Any, **options: bool) -> None:
            asked.append(1)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(matching, "SequenceMatcher", Counted)
    matcher = Matcher(250)
    found = [list(matcher.runs("a" * 10, "a" * 10)) for _ in range(4)]
    assert len(asked) == 2
    assert [sum(run.length for run in runs) for runs in found] == [10] * 4
