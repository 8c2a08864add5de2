"""To the timeline of a session and back to the list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.pilot import Pilot

from inspector.ui.app import InspectorApp
from inspector.ui.screens.timeline import TimelineScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


async def test_there_it_grows_and_the_chosen_one_is_selected_in_the_list(
    streaming: Any, until: Until
) -> None:
    app = InspectorApp(streaming.path)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: app.main.selected == 1 and not app.main.untitled())
        await pilot.press("t")
        timeline = app.screen
        assert isinstance(timeline, TimelineScreen)
        assert timeline.session_title.startswith("Why does tests/test_backoff.py fail")
        await until(pilot, lambda: timeline.moments)
        asked = streaming.ask(streaming.request([streaming.message("user", "more")]), after=40)
        streaming.head(asked, after=0.1)
        await until(pilot, lambda: len(timeline.waterfall.times.exchanges) == 5)
        timeline.list.select("exchange:4", by_person=True)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)
        assert app.main.selected == 4
        assert app.main.timeline is None


async def test_back_without_a_choice(streaming: Any, until: Until) -> None:
    app = InspectorApp(streaming.path)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: app.main.selected == 1)
        await pilot.press("t", "t")
        assert app.screen is app.main
        assert app.main.selected == 1
