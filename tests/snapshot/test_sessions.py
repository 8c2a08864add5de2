"""The main screen on a finished capture."""

from __future__ import annotations

import pytest

from inspector.settings import Settings


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
def test_a_finished_capture(snap_compare, app, after, turn, size):
    assert snap_compare(app(turn), terminal_size=size, run_before=after())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_an_exchange_that_was_refused(snap_compare, app, after, turn, size):
    keys = ("right_curly_bracket", "3") if size[0] == 80 else ("right_curly_bracket",)
    assert snap_compare(app(turn), terminal_size=size, run_before=after(*keys, then=2))


def test_in_a_light_theme(snap_compare, app, after, turn):
    light = app(turn, settings=Settings(theme="inspector-light"))
    run = after("right_curly_bracket", "right_curly_bracket", then=3)
    assert snap_compare(light, terminal_size=(120, 40), run_before=run)


def test_items_unfolded(snap_compare, app, after, turn):
    keys = (
        "1",
        "h",
        "h",
        "j",
        "l",
        "j",
        "enter",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "enter",
    )
    assert snap_compare(app(turn), terminal_size=(120, 40), run_before=after(*keys))


def test_the_payload_lights_up_what_a_message_came_from(snap_compare, app, after, turn):
    keys = ("right_curly_bracket", "right_curly_bracket", "2", "G", *["k"] * 7)
    assert snap_compare(app(turn), terminal_size=(140, 40), run_before=after(*keys, then=3))


@pytest.mark.parametrize("presses", [1, 2], ids=["json", "bytes"])
def test_the_request_raw(snap_compare, app, after, turn, presses):
    assert snap_compare(app(turn), terminal_size=(80, 24), run_before=after("1", *["x"] * presses))


def test_the_events_raw_and_zoomed(snap_compare, app, after, turn):
    assert snap_compare(app(turn), terminal_size=(80, 24), run_before=after("3", "x", "z"))


def test_an_event_group_unfolded(snap_compare, app, after, turn):
    keys = (
        "right_curly_bracket",
        "right_curly_bracket",
        "3",
        "z",
        "j",
        "j",
        "j",
        "enter",
        "j",
        "j",
        "j",
        "enter",
    )
    assert snap_compare(app(turn), terminal_size=(120, 40), run_before=after(*keys, then=3))
