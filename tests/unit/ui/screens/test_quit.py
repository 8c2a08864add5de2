"""Leaving while a proxy of ours runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.proxy.registry import Running
from inspector.ui.app import InspectorApp
from inspector.ui.screens.quit import QuitChoice, QuitScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


class Proxy:
    """Runs until it is stopped, or goes on if it is stubborn."""

    def __init__(self, *, ours: bool = True, stubborn: bool = False) -> None:
        self.ours, self.stubborn, self.stopped = ours, stubborn, False
        self._running = Running(1, "http://127.0.0.1:8080", None, Path("x.db"), None, "observe", False, 0.0)

    def look(self) -> Running | None:
        return self._running

    def stop(self) -> bool:
        self.stopped = not self.stubborn
        return self.stopped


@pytest.mark.parametrize(
    ("keys", "choice", "stopped"),
    [("l", QuitChoice.LEAVE, False), ("s", QuitChoice.STOP, True), (("j", "enter"), QuitChoice.STOP, True),
     (("enter",), QuitChoice.LEAVE, False)],
)  # fmt: skip
async def test_choices(turn: Path, until: Until, keys: Any, choice: QuitChoice, stopped: bool):
    proxy = Proxy()
    app = InspectorApp(turn, proxy=proxy)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.main.running)
        await pilot.press("q")
        assert isinstance(app.screen, QuitScreen)
        await pilot.press(*keys)
        await until(pilot, lambda: app.return_value)
    assert (app.return_value, proxy.stopped) == (choice, stopped)


async def test_one_may_stay_and_a_stubborn_proxy_keeps_the_app(turn: Path, until: Until):
    app = InspectorApp(turn, proxy=Proxy(stubborn=True))
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.main.running)
        await pilot.press("q", "escape")
        assert app.screen is app.main
        await pilot.press("q", "s")
        await until(pilot, lambda: any("did not end" in str(each.message) for each in app._notifications))
        assert app.return_value is None


async def test_nobody_elses_proxy_is_asked_about(turn: Path, until: Until):
    app = InspectorApp(turn, proxy=Proxy(ours=False))
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.main.running)
        await pilot.press("q")
        await until(pilot, lambda: app._exit)
