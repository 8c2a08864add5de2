"""Time laid out on a line of cells."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.ui.view.timeline.axis import PAUSES_SHARE, Axis, Fold, folded, tick_label, tick_step


def test_a_fold_takes_less_room_than_time():
    axis = Axis(100.0, 200.0, (Fold(110.0, 190.0, 5.0),))
    assert axis.length == 25.0
    assert [axis.place(moment) for moment in (100.0, 110.0, 150.0, 190.0, 200.0)] == [0, 10, 12.5, 15, 25]
    assert axis.is_folded(110.0)
    assert not axis.is_folded(100.0)


def test_only_the_longest_pauses_are_folded():
    axis = folded(0.0, 1020.0, [(5.0, 6.0), (10.0, 510.0), (512.0, 1010.0)])
    assert [(fold.begin, fold.end) for fold in axis.folds] == [(10.0, 510.0), (512.0, 1010.0)]
    assert {fold.shown for fold in axis.folds} == {axis.folds[0].shown}
    busy = 1020.0 - 1.0 - 500.0 - 498.0
    assert axis.length == pytest.approx(busy * (1 + PAUSES_SHARE))


@pytest.mark.parametrize("pauses", [[], [(3.0, 3.0)], [(4.0, 5.0)], [(0.0, 10.0)]])
def test_short_pauses_and_sessions_of_nothing_else_are_left_alone(pauses):
    assert folded(0.0, 10.0, pauses).folds == ()


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1e5), min_size=2, max_size=20), st.lists(st.floats(0, 1e5), min_size=1))
def test_no_moment_is_before_an_earlier_one(borders, moments):
    borders = sorted(borders)
    axis = folded(borders[0], borders[-1], list(zip(borders[1::2], borders[2::2], strict=False)))
    places = [axis.place(moment) for moment in sorted([*moments, *borders])]
    slack = 1e-6 * (1 + abs(places[-1]))
    assert all(other >= one - slack for one, other in pairwise(places))
    assert axis.place(borders[-1]) == pytest.approx(axis.length, abs=slack)


def test_ticks_are_at_round_times_outside_the_folds():
    axis = Axis(100.0, 200.0, (Fold(115.0, 190.0, 5.0),))
    assert list(axis.ticks(10.0)) == [(0.0, 0.0), (10.0, 10.0), (20.0, 90.0), (30.0, 100.0)]


@pytest.mark.parametrize("noise", [-2.4e-7, 0.0, 2.4e-7])
def test_a_tick_where_a_fold_ends_does_not_hang_on_the_last_bit_of_the_clock(noise):
    begin = 1_790_000_000.5
    axis = Axis(begin, begin + 4.0 + noise, (Fold(begin + 1.0, begin + 2.0 + noise, 0.5),))
    ticks = list(axis.ticks(1.0))
    assert [real for _, real in ticks] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert [shown for shown, _ in ticks] == pytest.approx([0.0, 1.0, 1.5, 2.5, 3.5], abs=1e-5)


@pytest.mark.parametrize(
    ("length", "step"),
    [(0.0, 1.0), (0.05, 0.01), (0.5, 0.1), (4.0, 1.0), (100.0, 30.0), (5000.0, 1800.0), (4e6, 864000.0)],
)
def test_steps_are_round(length, step):
    assert tick_step(length, 5) == pytest.approx(step)


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(0, "0"), (0.25, "250ms"), (1.5, "1.5s"), (40, "40s"), (120, "2m"), (150, "2m30s"), (3900, "1h05m"),
     (7200, "2h")],
)  # fmt: skip
def test_labels_are_short(seconds, label):
    assert tick_label(seconds) == label
