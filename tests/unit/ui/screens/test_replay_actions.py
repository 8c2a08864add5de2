"""Sending the selected request again, against an imitation of Azure: at once, in another way, many times."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.capture.model import Exchange, Outcome
from inspector.replay.boundary import Boundary
from inspector.simulator.script import Answer, Gate, Send, WaitFor
from inspector.simulator.server import Simulator, running
from inspector.ui.app import InspectorApp
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.replay import ReplayScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]
PointsTo = Callable[[Path, str], Path]
Children = Callable[[Path], list[Exchange]]
SIZE = (120, 40)
STREAM = (("content-type", "text/event-stream"),)
DONE = b'data: {"type":"response.completed","response":{"id":"resp_1","object":"response"}}\n\n'


async def selected(app: InspectorApp, pilot: Pilot[Any], until: Until, number: int = 1) -> None:
    await until(pilot, lambda: app.main.was_read and app.main.selected is not None)
    app.main.select(number, by_person=True)
    await until(pilot, lambda: app.main.selected == number)


async def test_at_once_and_the_selection_stays(
    turn: Path,
    upstream: Simulator,
    points_to: PointsTo,
    children: Children,
    until: Until,
    said: list[str],
    one_file: Callable[[Path], None],
):
    points_to(turn, upstream.base_url)
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        await selected(app, pilot, until)
        await pilot.press("r")
        await until(pilot, lambda: said)
        assert said.pop().startswith("Exchange 4: 200 after ")
        await until(pilot, lambda: 4 in app.main.sessions.exchanges)
        assert app.main.selected == 1
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.main.selected == 4)
    (made,) = children(turn)
    assert (made.parent, made.made and made.made.by, made.outcome) == (1, "replay", Outcome.COMPLETE)
    one_file(turn)


async def test_an_error_is_told_in_its_words(
    turn: Path, points_to: PointsTo, until: Until, said: list[str], children: Children
):
    points_to(turn, "http://127.0.0.1:1/openai/v1")
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        await selected(app, pilot, until)
        await pilot.press("r")
        await until(pilot, lambda: said)
        assert "127.0.0.1:1 could not be reached: connection refused" in said.pop()
    assert [one.outcome for one in children(turn)] == [Outcome.UNREACHABLE]


async def test_a_missing_key_is_asked_for_and_remembered(
    turn: Path, until: Until, said: list[str], children: Children, monkeypatch: pytest.MonkeyPatch
):
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        await selected(app, pilot, until)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("escape")
        assert not said
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        await pilot.press(*"MINE", "enter")
        await until(pilot, lambda: said)
        assert said.pop() == "The variable MINE is not set, or empty: nothing was sent."
        assert app.main.source.variable == "MINE"
    assert children(turn) == []


async def test_what_only_the_capture_names_gets_nothing(
    turn: Path, points_to: PointsTo, until: Until, said: list[str], children: Children
):
    points_to(turn, "https://evil.example/openai/v1")
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        await selected(app, pilot, until)
        await pilot.press("r")
        await until(pilot, lambda: said)
        assert "evil.example is neither Azure's nor this machine" in said.pop()
    assert children(turn) == []


async def test_another_way_many_times(
    turn: Path, upstream: Simulator, until: Until, said: list[str], children: Children
):
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        await selected(app, pilot, until)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen) and app.screen.told[0])
        asked = app.screen
        assert isinstance(asked, ReplayScreen)
        await pilot.press("right", "right", "tab")
        asked.query_one("#replay-to", Input).value = upstream.base_url
        asked.query_one("#replay-model", Input).value = "other"
        asked.query_one("#replay-times", Input).value = "0"
        await until(pilot, lambda: asked.told[0] == "Times: a number from 1 to 10,000.")
        await pilot.press("enter", "ctrl+s")
        assert app.screen is asked
        asked.query_one("#replay-times", Input).value = "3"
        asked.query_one("#replay-at-once", Input).value = "2"
        await until(pilot, lambda: f"POST {upstream.base_url}/chat/completions" in asked.told[0])
        await pilot.press("enter")
        await until(pilot, lambda: said)
        assert said.pop() == "3 requests sent: 3 fine."
    made = children(turn)
    assert [one.made.boundary for one in made if one.made] == [Boundary.TRANSLATED] * 3
    assert {one["model"] for one in map(json.loads, (each.body for each in upstream.received))} == {"other"}


async def test_cancelled_by_escape_and_what_came_is_kept(
    turn: Path, points_to: PointsTo, until: Until, said: list[str], children: Children
):
    gate = Gate()
    answer = Answer(200, STREAM, (Send(b": one\n\n"), WaitFor(gate), Send(DONE)))
    with running(lambda _: answer) as slow:
        points_to(turn, slow.base_url)
        app = InspectorApp(turn)
        async with app.run_test(size=SIZE) as pilot:
            await selected(app, pilot, until)
            await pilot.press("r")
            await until(pilot, lambda: 4 in app.main.sessions.exchanges)
            await until(pilot, lambda: app.main.sessions.exchanges[4].status == 200)
            assert "↺" in app.main.sessions_pane.state
            await pilot.press("q")
            await until(pilot, lambda: isinstance(app.screen, MenuScreen))
            await pilot.press("escape", "0", "escape")
            await until(pilot, lambda: said)
            assert said.pop() == "Cancelled; what came until then is kept."
            await until(pilot, lambda: not app.main.jobs)
            await pilot.press("X")
            await until(pilot, lambda: said)
            assert said.pop() == "Nothing is being sent."
        gate.open()
    (made,) = children(turn)
    assert made.outcome is Outcome.CLIENT_GONE


async def test_quitting_cancels_what_is_under_way(
    turn: Path, points_to: PointsTo, until: Until, children: Children, one_file: Callable[[Path], None]
):
    gate = Gate()
    answer = Answer(200, STREAM, (Send(b": one\n\n"), WaitFor(gate), Send(DONE)))
    with running(lambda _: answer) as slow:
        points_to(turn, slow.base_url)
        app = InspectorApp(turn)
        async with app.run_test(size=SIZE) as pilot:
            await selected(app, pilot, until)
            await pilot.press("r")
            await until(pilot, lambda: app.main.jobs and slow.received)
            await pilot.press("q")
            await until(pilot, lambda: isinstance(app.screen, MenuScreen))
            await pilot.press("2")
            await until(pilot, lambda: app._exit)
        gate.open()
    assert [one.outcome for one in children(turn)] == [Outcome.CLIENT_GONE]
    one_file(turn)
