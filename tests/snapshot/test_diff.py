"""The diff screen."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.settings import Settings
from inspector.ui.screens.diff import DiffScreen


@pytest.fixture
def difference(changed: Path) -> Callable[..., Callable[[Pilot[Any]], Awaitable[None]]]:
    """What to do before the picture: compare two exchanges, then press keys."""

    def make(older: int, newer: int, *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
        async def run(pilot: Pilot[Any]) -> None:
            deadline = time.monotonic() + 20
            screen = DiffScreen(changed, older, newer)
            pilot.app.push_screen(screen)
            while screen.content is None:
                assert time.monotonic() < deadline, "the difference did not come"
                await pilot.pause(0.02)
            await pilot.press(*keys)
            await pilot.pause()
            await pilot.pause()

        return run

    return make


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_everything_changed(snap_compare, app, difference, changed, size):
    assert snap_compare(app(changed), terminal_size=size, run_before=difference(1, 2))


def test_a_compaction_in_a_light_theme(snap_compare, app, difference, changed):
    light = app(changed, settings=Settings(theme="inspector-light"))
    keys = [*["down"] * 4, "enter"]
    assert snap_compare(light, terminal_size=(120, 40), run_before=difference(2, 3, *keys))


def test_the_answers(snap_compare, app, difference, changed):
    assert snap_compare(app(changed), terminal_size=(80, 24), run_before=difference(1, 2, "r"))
