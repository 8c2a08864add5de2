"""The event stream's own powers: a moment of it, what there is to remark, a chunk and its events."""

from __future__ import annotations

import time

import pytest

NEXT, ON = "right_curly_bracket", "right_square_bracket"


@pytest.mark.parametrize(("size", "keys"), [((80, 24), ("4",)), ((120, 40), ())])
def test_the_answer_at_a_moment_of_the_stream(snap_compare, app, after, turn, size, keys):
    async def run(pilot):
        await after(NEXT, NEXT, then=3)(pilot)
        await pilot.press(*[ON] * 7, *keys)
        await tells(pilot, "event 7")

    assert snap_compare(app(turn), terminal_size=size, run_before=run)


def test_a_remark_where_it_belongs(snap_compare, app, after, four):
    async def run(pilot):
        await after(NEXT, NEXT, NEXT, then=4)(pilot)
        await pilot.press("w", "3", "enter")
        await tells(pilot, "event 5")

    assert snap_compare(app(four), terminal_size=(120, 40), run_before=run)


async def tells(pilot, words):
    """Until the answer is of that moment."""
    answer, deadline = pilot.app.main.panes.pane("answer").list, time.monotonic() + 20
    while words not in answer.outline.row(0)[0].text:
        assert time.monotonic() < deadline
        await pilot.pause(0.02)
    await pilot.pause()
