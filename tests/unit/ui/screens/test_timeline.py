"""The timeline: what keys do, and how it grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual.app import App

import inspector.ui
from inspector.capture.model import Exchange, Outcome, Usage
from inspector.ui.screens.timeline import PLOTS, TimelineScreen
from inspector.ui.themes import DARK, further_variables
from inspector.ui.view.timeline.session import same_session
from inspector.ui.view.timeline.waterfall import Scale
from inspector.ui.widgets.tones import TONE_CLASSES

STYLES = sorted((Path(inspector.ui.__file__).parent / "widgets").glob("*.tcss"))


def made(number: int, **changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": number,
        "revision": number,
        "method": "POST",
        "url": "https://a",
        "operation": "responses.create",
        "mode": "observe",
        "started": 10.0 * number,
        "outcome": Outcome.COMPLETE,
        "status": 200,
        "session": "thread-1",
        "turn": (number + 1) // 2,
        "first_byte": 1.0,
        "ended": 4.0,
        "usage": Usage(1_000 * number, 500, 100, 10),
    }
    return Exchange(**{**told, **changes})


class Host(App[None]):
    """Shows the timeline of some exchanges, and keeps what came of it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = TONE_CLASSES

    def __init__(self, exchanges: Iterable[Exchange], **more: Any) -> None:
        super().__init__(css_path=list(STYLES))
        self.register_theme(DARK)
        self.theme = DARK.name
        self.wanted: list[int] = []
        self.results: list[int | None] = []
        self.clock = 100.0
        self.timeline = TimelineScreen(
            "Fix it.", exchanges, wanted=self.wanted.append, now=lambda: self.clock, **more
        )

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return further_variables(self.current_theme)

    def on_mount(self) -> None:
        self.push_screen(self.timeline, self.results.append)


FOUR = [made(number) for number in range(1, 5)]


@pytest.fixture
def app() -> Host:
    return Host(FOUR, selected=3, belongs=same_session(FOUR[0]))


async def test_it_opens_at_the_exchange_one_came_from(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wanted)
        assert app.wanted[-1] == 3
        assert app.timeline.list.node.key == "exchange:3"
        await pilot.press("k", "k")
        await until(pilot, lambda: app.wanted[-1] == 2)


async def test_enter_chooses_and_escape_goes_back(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wanted)
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.results == [4])


@pytest.mark.parametrize("key", ["escape", "t"])
async def test_back_without_choosing(app, until, key):
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wanted)
        await pilot.press(key)
        await until(pilot, lambda: app.results == [None])


async def test_scales_and_plots_take_turns(app):
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.timeline
        seen = []
        for _ in range(3):
            seen.append(
                (
                    screen.waterfall.scale,
                    [name for name in PLOTS if screen.query_one(f"#plot-{name}").display],
                )
            )
            await pilot.press("s", "p")
        assert seen == [(scale, [plot]) for scale, plot in zip(Scale, PLOTS, strict=True)]


async def test_all_plots_where_there_is_room(app):
    async with app.run_test(size=(120, 40)):
        assert all(app.timeline.query_one(f"#plot-{name}").display for name in PLOTS)


async def test_it_grows(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.timeline
        await until(pilot, lambda: app.wanted)
        on = screen.list.node.key
        running = made(5, outcome=Outcome.OPEN, ended=None, usage=None)
        screen.take([running, made(6, session="thread-2")])
        assert [exchange.id for exchange in screen.waterfall.times.exchanges] == [1, 2, 3, 4, 5]
        assert screen.list.outline.find("exchange:5") is not None
        assert screen.list.node.key == on
        screen.take([replace(running, outcome=Outcome.COMPLETE, ended=3.0, usage=Usage(9_000, 0, 1, 0))])
        await until(pilot, lambda: screen._chart("context").chart.series["context"][-1] == 9_000)


async def test_a_clock_runs_while_something_does(until):
    app = Host([made(1, outcome=Outcome.OPEN, ended=None)])
    async with app.run_test(size=(80, 24)) as pilot:
        app.clock = 160.0
        await until(pilot, lambda: app.timeline.waterfall.now == 160.0)
        assert "2m30s" in app.timeline.list.outline.row(1)[0].text


async def test_events_of_another_exchange_come_too_late(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.wanted)
        chart = app.timeline._chart("rate")
        app.timeline.show_events(1, [0.0, 1.0, 2.0])
        assert chart.chart.is_empty
        assert chart.words == "Reading …"
        app.timeline.show_events(3, [0.0, 1.0, 2.0])
        assert chart.chart.highest > 0
        app.timeline.show_events(3, [])
        assert chart.words == "Too few events for a rate."


async def test_a_session_of_nothing_is_no_failure(until):
    app = Host([])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "s", "s", "p", "enter")
        assert app.timeline._chart("tokens").words == "No tokens were counted yet."
        app.timeline.take(FOUR)
        await until(pilot, lambda: not app.timeline._chart("tokens").chart.is_empty)
