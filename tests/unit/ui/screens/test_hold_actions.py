"""What is held, from the main screen: it announces itself, and moves nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.capture.holds import RELEASED, State
from inspector.proxy.registry import Running
from inspector.ui.app import InspectorApp
from inspector.ui.screens.hold import HoldScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.quit import QuitScreen
from inspector.ui.widgets.row_lines import RowLines

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]
Eventually = Callable[[Callable[[], object]], Awaitable[None]]


class Proxy:
    """One that runs."""

    def __init__(self, *, ours: bool = True) -> None:
        self.ours = ours

    def look(self) -> Running | None:
        return Running(1, "http://127.0.0.1:8080", None, Path("x.db"), None, "observe", False, 0.0)

    def stop(self) -> bool:
        return True


def line(app: InspectorApp, name: str) -> str:
    return str(app.main.query_one(f"#{name}").render_line(0).text)  # type: ignore[attr-defined]  # rows


def marks(app: InspectorApp) -> list[str]:
    outline = app.main.list.outline
    return [
        outline.row(number)[0].text for number in range(len(outline)) if "⏸" in outline.row(number)[0].text
    ]


async def test_header_and_list_tell_and_p_releases_the_selected_one(held: Any, until: Until):
    app = InspectorApp(held.path, now=lambda: held.NOW)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: app.main.exchange and len(app.main.holds.waits) == 3)
        await pilot.pause()
        assert "⏸ 3" in line(app, "header")
        assert [row.strip()[0] for row in marks(app)] == ["W", "1", "⏸", "2", "⏸"], (
            "a session, turns, exchanges"
        )
        selected = app.main.selected
        said = [str(each.message) for each in app._notifications]
        assert said == ["Held: request. H shows it, p releases what is selected."]
        assert not app.main.check_action("release", ())
        number = held.hold(1, since=1)
        await until(pilot, lambda: len(app.main.holds.waits) == 4)
        assert (app.main.selected, app.focused, app.screen) == (selected, app.main.list, app.main)
        assert len(app._notifications) == 1, "the rule has been told of"
        assert app.main.check_action("release", ())
        await pilot.press("p")
        await until(pilot, lambda: len(app.main.holds.waits) == 3)
        assert held.other.get(number).decision == RELEASED
        assert app.main.screen is app.screen


async def test_a_rule_without_hits_stands_in_the_header_and_none_does_not(
    stage: Any, turn: Path, until: Until
):
    app = InspectorApp(turn, now=lambda: 1_790_000_065.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.exchange and app.main.holding.mailbox.take() is None)
        assert "⏸" not in line(app, "header")
        await pilot.press("H")
        await until(pilot, lambda: isinstance(app.screen, HoldScreen) and app.screen.news.passes is False)
        await pilot.pause()
        assert "No proxy writes this capture" in app.screen.query_one("#hold-remarks").render_line(0).text  # type: ignore[attr-defined]  # rows
        await pilot.press("escape", "b", "enter")
        await until(pilot, lambda: app.main.holds.rules)
        await pilot.pause()
        assert "⏸ 0" in line(app, "header")
        assert app.main.holds.rules[0].filter == "session:thread-1"


async def test_leaving_says_how_many_are_held_by_this_app_and_releases_them(
    held: Any, until: Until, eventually: Eventually
):
    app = InspectorApp(held.path, proxy=Proxy(), now=lambda: held.NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.running and len(app.main.holds.waits) == 3)
        assert app.main.held_by_us == 0
        await pilot.press("b", "enter")
        await until(pilot, lambda: len(app.main.holds.rules) == 3)
        rule, number = held.desk.rules()[-1]
        held.requests = rule
        held.desk.enter(held.entry(4, since=1, app=number))
        await until(pilot, lambda: app.main.held_by_us == 1)
        await pilot.press("q")
        assert isinstance(app.screen, QuitScreen)
        await pilot.pause()
        assert (
            "⏸ 1 thing waits by rules of this app"
            in app.screen.query_one("#quit-question").render_line(2).text
        )  # type: ignore[attr-defined]  # rows
        await pilot.press("l")
        await until(pilot, lambda: app.return_value)
    await eventually(lambda: not held.desk.living([number]))  # so a proxy releases what its rules hold
    assert [one.mine for one in held.other.rules()] == [True, True]
    assert held.other.get(4).state is State.HELD


@pytest.mark.parametrize("proxy", [None, Proxy(ours=False)], ids=["none that is known", "somebody else's"])
async def test_leaving_beside_a_proxy_that_is_not_ours_asks_before_it_lets_go(
    held: Any, until: Until, proxy: Proxy | None
):
    app = InspectorApp(held.path, proxy=proxy, now=lambda: held.NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.exchange and len(app.main.holds.waits) == 3)
        await pilot.press("b", "enter")
        await until(pilot, lambda: len(app.main.holds.rules) == 3)
        held.requests, number = held.desk.rules()[-1]
        for exchange in (4, 1):
            held.desk.enter(held.entry(exchange, since=1, app=number))
        await until(pilot, lambda: app.main.held_by_us == 2)
        await pilot.press("q")
        asked = app.screen
        assert isinstance(asked, MenuScreen)
        await until(pilot, lambda: asked.query("#menu-about"))
        await pilot.pause()
        about = asked.query_one("#menu-about", RowLines)
        assert "⏸ 2 things wait by rules of this app: leaving lets go of" in about.render_line(0).text
        await pilot.press("enter")
        assert (app.screen, app._exit) == (app.main, False), "it stays, if nothing else is said"
        await pilot.press("q", "2")
        await until(pilot, lambda: app._exit)
