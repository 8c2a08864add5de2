"""A request in the editor, its items, and the dialogs that ask how it is to be sent."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.replay.credentials import KEYS
from inspector.ui.screens.edit import EditScreen
from inspector.ui.screens.replay import ReplayScreen

SIZES = [(80, 24), (120, 40)]
Run = Callable[[Pilot[Any]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def editing(after: Callable[..., Run]) -> Callable[..., Run]:
    """What to do before the picture: open the first request, put a text in another's place, press keys."""

    def make(old: str, new: str, *keys: str) -> Run:
        async def run(pilot: Pilot[Any]) -> None:
            await after("e", so=lambda app: isinstance(app.screen, EditScreen))(pilot)
            screen = pilot.app.screen
            assert isinstance(screen, EditScreen)
            screen.editor.area.cursor_blink = False
            screen.editor.load(screen.editor.text.replace(old, new))
            await checked(pilot, screen)
            await pilot.press(*keys)
            await checked(pilot, screen)

        return run

    return make


async def checked(pilot: Pilot[Any], screen: EditScreen) -> None:
    """What is in the editor has been looked at, and that is shown."""
    deadline = time.monotonic() + 20
    await pilot.pause()
    while not screen.editor.is_checked:
        assert time.monotonic() < deadline, "nobody looked at it"
        await pilot.pause(0.02)
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
def test_an_error_in_the_json(snap_compare, app, editing, turn, size):
    run = editing('"stream": true,', '"stream": true', "ctrl+g")
    assert snap_compare(app(turn), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_a_remark_of_the_model_and_a_folded_text(snap_compare, app, editing, turn, size):
    run = editing('"stream": true,', f'"stream": "yes", "top_p": 3, "user": "{"QUJD" * 900}",')
    assert snap_compare(app(turn), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_item_by_item(snap_compare, app, editing, turn, size):
    assert snap_compare(app(turn), terminal_size=size, run_before=editing("", "", "ctrl+t", "down"))


@pytest.mark.parametrize("size", SIZES)
def test_replay_as(snap_compare, app, after, turn, size):
    run = after("R", so=lambda app: isinstance(app.screen, ReplayScreen) and app.screen.told[0])
    assert snap_compare(app(turn), terminal_size=size, run_before=run)


def test_minimise(snap_compare, app, after, turn):
    assert snap_compare(app(turn), terminal_size=(80, 24), run_before=after("M"))
