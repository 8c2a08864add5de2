"""Standing in a stream and going through it: the clock is the test's."""

from __future__ import annotations

from inspector.capture.events import TimedEvent
from inspector.ui.view.playback import SPEEDS, Playback

EVENTS = [TimedEvent(n, at, "x", {}) for n, at in enumerate((0.0, 0.1, 0.2, 5.0, 5.1, 6.0))]


def test_it_goes_on_as_it_came_and_ends_at_the_end():
    play = Playback()
    play.play(EVENTS, 100.0)
    assert (play.at, play.playing, play.mark) == (0, True, "▶")
    assert not play.advance(EVENTS, 100.05)
    assert play.advance(EVENTS, 100.25)
    assert play.at == 2
    assert not play.advance(EVENTS, 104.9)  # a silence is as long as it was
    assert play.advance(EVENTS, 105.15)
    assert play.at == 4
    assert play.advance(EVENTS, 110.0)
    assert (play.at, play.playing) == (None, False)


def test_another_speed_counts_from_now_on():
    play = Playback()
    play.play(EVENTS, 0.0)
    play.change_speed(1, 0.1)
    assert play.mark == "▶ 2x"
    assert play.advance(EVENTS, 2.54)  # 0.1 s, then 2.44 s twice as fast: 4.98 s
    assert play.at == 2
    assert play.advance(EVENTS, 2.56)
    assert play.at == 3
    for _ in SPEEDS:
        play.change_speed(-1, 3.0)
    assert play.speed == SPEEDS[0]


def test_where_one_stands():
    play = Playback()
    assert (play.at, play.mark) == (None, "⏸")
    play.seek(4)
    assert (play.at, play.playing) == (4, False)
    play.play(EVENTS, 0.0)
    play.pause()
    assert (play.at, play.playing) == (4, False)
    assert not play.advance(EVENTS, 100.0)
    play.seek(-3)
    assert play.at == 0
    play.end()
    assert play.at is None
    play.play([], 0.0)
    assert (play.at, play.playing) == (None, False)


def test_events_that_come_while_it_plays_are_played_too():
    play = Playback()
    play.play(EVENTS[:4], 0.0)
    assert play.advance(EVENTS[:4], 0.3)
    assert play.advance(EVENTS, 5.05)
    assert play.at == 3


def test_events_without_times_of_their_own_are_played_evenly_spaced():
    play = Playback()
    play.spacing = 0.5
    all_at_once = [TimedEvent(n, 3.0, "x", {}) for n in range(4)]
    play.play(all_at_once, 100.0)
    assert not play.advance(all_at_once, 100.4)
    assert play.advance(all_at_once, 101.1)
    assert play.at == 2
    play.advance(all_at_once, 101.6)
    assert play.at is None
