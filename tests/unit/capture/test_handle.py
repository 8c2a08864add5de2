from __future__ import annotations

from inspector.capture.handle import ROOM, Burst, Handle
from inspector.capture.model import Leg


def test_bursts_of_a_leg_follow_each_other():
    first = Burst(Leg.RESPONSE, None)
    first.join(1.0, b"abc")
    first.join(2.0, b"")
    second = Burst(Leg.RESPONSE, first)
    second.join(3.0, b"de")
    assert (first.n, first.start, first.size, first.end) == (0, 0, 3, 3)
    assert (second.n, second.start, second.size, second.end) == (2, 3, 2, 5)


def test_a_burst_has_room_for_so_many_bytes_or_chunks():
    burst = Burst(Leg.RESPONSE, None)
    burst.join(0.0, b"x" * ROOM)
    assert burst.room <= 0
    burst = Burst(Leg.RESPONSE, None)
    while burst.room > 0:
        burst.join(0.0, b"")
    assert 1000 < len(burst.pieces) < 10_000


def test_what_was_handed_over_is_counted_though_it_is_lost():
    handle = Handle(10.0)
    assert handle.size(Leg.REQUEST) == 0
    handle.bursts[Leg.REQUEST] = burst = Burst(Leg.REQUEST, None)
    burst.join(10.5, b"1234")
    handle.lose()
    assert handle.lost
    assert burst.room == 0
    assert handle.size(Leg.REQUEST) == 4


def test_times_are_after_the_start():
    handle = Handle(10.0)
    assert handle.since(10.25) == 0.25
    assert handle.since(9.0) == 0.0
