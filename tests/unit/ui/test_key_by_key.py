"""What is typed without a pause goes where it would go with one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.ui.actions.pipe import Piped
from inspector.ui.app import InspectorApp
from inspector.ui.screens import outside_actions
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.text import TextScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]

NAMES = {"/": "slash", "'": "apostrophe", "|": "vertical_line", " ": "space", ":": "colon", ".": "full_stop"}


def at_once(app: InspectorApp, *keys: str) -> None:
    """All keys in one go, as a terminal sends what was typed while the app was busy."""
    for key in keys:
        app.post_message(Key(NAMES.get(key, key), key if len(key) == 1 else None))


async def test_a_filter_and_what_is_done_with_what_it_finds(four: Path, until: Until):
    app = InspectorApp(four)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        at_once(app, "g", "j", "j", "right_curly_bracket", "right_curly_bracket")
        await until(pilot, lambda: app.main.selected == 3)
        at_once(app, "j", *"/mode:bridge", "enter", "3", "G", *"0/", "escape", "3", "k")
        await until(pilot, lambda: app.main.selected == 2)
        box = app.main.sessions_pane.filter_box
        assert box.input.value == "mode:bridge"
        assert app.main.sessions.count == 1
        events = app.main.panes.pane("events").list
        await until(pilot, lambda: app.focused is events)
        at_once(app, "0", "escape", "S")
        await until(pilot, lambda: app.main.sessions.flat)
        assert box.input.value == ""


async def test_a_search_a_note_and_a_command(turn: Path, until: Until, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []

    async def pipe(text: str, command: str, **_: object) -> Piped:
        asked.append(command)
        return Piped(b"counted", b"", 0)

    monkeypatch.setattr(outside_actions, "pipe", pipe)
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        at_once(app, "1", "g", *"sparam", "enter", "n", *"'quite so", "enter", "2", *"|jq .q", "enter")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        assert asked == ["jq .q"]
        assert app.is_running, "q was a letter every time"
        request = app.main.panes.pane("request")
        assert "1 of 1" in request.title_row(60).text
        await until(pilot, lambda: app.main.sessions.exchanges[1].note == "quite so")
        at_once(app, "escape", "s", "escape", "question_mark", "q", "q")
        await until(pilot, lambda: not app.is_running)


async def test_a_paste_waits_its_turn_as_well(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        at_once(app, "s")
        app.post_message(Paste("quick"))
        at_once(app, "x")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        await until(pilot, lambda: [line.value for line in app.screen.query(Input)] == ["quickx"])
