"""Who goes where there is no room for all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from inspector.simulator import crowd
from inspector.simulator.crowd import LARGE, Crowd


@dataclass(eq=False)
class One:
    """A connection, as far as it matters."""

    moved: float
    is_idle: bool = True
    held: int = 0
    dropped: bool = False

    def drop(self) -> None:
        self.dropped = True


def of(*members: One) -> Crowd[One]:
    made: Crowd[One] = Crowd()
    for member in members:
        made.add(member)
    return made


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "MAX_CONNECTIONS", 3)
    monkeypatch.setattr(crowd, "MAX_HELD", 5 * LARGE)


def test_the_one_that_is_idle_for_longest_goes_for_one_that_comes() -> None:
    members = One(1, is_idle=False), One(3), One(2)
    made = of(*members)
    assert made.admits()
    assert [each.dropped for each in members] == [False, False, True]
    assert made.admits()
    assert not members[1].dropped  # there was room


def test_where_all_are_at_work_nobody_comes() -> None:
    made = of(*(One(n, is_idle=False) for n in range(3)))
    assert not made.admits()


def test_a_small_request_has_room_in_any_case() -> None:
    other, small = One(1, held=9 * LARGE), One(2, held=LARGE)
    assert of(other, small).has_room(small)
    assert not other.dropped


def test_large_ones_that_stopped_go_for_a_large_one() -> None:
    busy, old, small = One(1, is_idle=False, held=2 * LARGE), One(2, held=2 * LARGE), One(0, held=LARGE)
    large = One(3, held=2 * LARGE)
    made = of(busy, old, small, large)
    assert made.has_room(large)
    assert [each.dropped for each in (busy, old, small, large)] == [False, True, False, False]
    large.held = 3 * LARGE
    assert not made.has_room(large)
    made.discard(busy)
    assert made.has_room(large)
