"""The smallest request that still fails, from the app: asked for, searched, cancelled, told."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from inspector.capture.model import Exchange
from inspector.simulator import azure
from inspector.simulator.script import Answer, Gate, Received, WaitFor
from inspector.simulator.server import running
from inspector.ui.app import InspectorApp
from inspector.ui.screens.minimise import MinimiseScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


def refuses_web_search(received: Received) -> Answer:
    tools = json.loads(received.body).get("tools", [])
    if any(tool.get("type") == "web_search" for tool in tools):
        return azure.invalid_request("There is no web here.", param="tools", code="unsupported")
    return azure.error(500, "500", "Something else.")


async def test_what_is_found_is_a_child_and_the_tries_lie_elsewhere(
    turn: Path,
    points_to: Callable[[Path, str], Path],
    children: Callable[[Path], list[Exchange]],
    until: Until,
    said: list[str],
):
    with running(refuses_web_search) as upstream:
        points_to(turn, upstream.base_url)
        app = InspectorApp(turn)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.main.was_read and app.main.selected is not None)
            await pilot.press("M")
            await until(pilot, lambda: isinstance(app.screen, MinimiseScreen))
            screen = app.screen
            assert isinstance(screen, MinimiseScreen)
            assert "Expect: what the failure looks like" in str(screen.search)
            await pilot.press("enter")
            assert app.screen is screen
            expect, budget = screen.query(Input)
            expect.value = "status:("
            assert str(screen.search).startswith("Expect: ")
            expect.value, budget.value = "status:400", "1"
            assert screen.search == "Budget: a number of requests from 2 to 10,000."
            budget.value = "100"
            await pilot.press("enter")
            await until(pilot, lambda: app.main.jobs)
            await until(pilot, lambda: said)
            assert said.pop().startswith("Exchange 4: ")
            await until(pilot, lambda: 4 in app.main.sessions.exchanges)
            await pilot.press("ctrl+r")
            await until(pilot, lambda: app.main.selected == 4)
        assert json.loads(upstream.received[-1].body)["tools"] == [{"type": "web_search"}]
    (made,) = children(turn)
    assert (made.parent, made.made and made.made.by, made.status) == (1, "minimise", 400)


async def test_cancelled_it_keeps_and_names_the_smallest_so_far(
    turn: Path,
    points_to: Callable[[Path, str], Path],
    children: Callable[[Path], list[Exchange]],
    until: Until,
    said: list[str],
):
    gate, last = Gate(), 6

    def handle(received: Received) -> Answer:
        answer = refuses_web_search(received)
        steps = (WaitFor(gate), *answer.steps) if received.n == last else answer.steps
        return Answer(answer.status, answer.headers, steps)

    with running(handle) as upstream:
        points_to(turn, upstream.base_url)
        app = InspectorApp(turn)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.main.was_read and app.main.selected is not None)
            await pilot.press("M")
            await until(pilot, lambda: isinstance(app.screen, MinimiseScreen))
            app.screen.query(Input).first().value = "status:400"
            await pilot.press("enter")
            await until(pilot, lambda: len(upstream.received) == last + 1)
            await pilot.press("X")
            await until(pilot, lambda: said)
            (words,) = said
            assert words.startswith("Cancelled. The smallest so far is kept as exchange 4: ")
            assert words.endswith("ctrl+r goes there.")
        gate.open()
    (made,) = children(turn)
    assert (made.id, made.parent, made.status) == (4, 1, 400)
