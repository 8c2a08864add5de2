"""Marking by its keys: kept in the capture, where another app finds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.capture.marks import put_note
from inspector.capture.reader import Reader
from inspector.ui.app import InspectorApp
from inspector.ui.screens.line import LineScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


def first(app: InspectorApp) -> Any:
    return app.main.sessions.exchanges[1]


def move(path: Path) -> None:
    path.rename(path.with_name("moved.db"))


async def test_a_mark_and_a_note(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("m")
        await until(pilot, lambda: first(app).marked)
        await pilot.press("apostrophe", *"not this", "enter")
        await until(pilot, lambda: first(app).note == "not this")
        with closing(Reader(turn)) as reader:
            assert [(one.marked, one.note) for one in reader.exchanges()] == [
                (True, "not this"), (False, ""), (False, ""),
            ]  # fmt: skip
        await pilot.press("m")
        await until(pilot, lambda: not first(app).marked)
        put_note(turn, first(app), "another app's")
        await until(pilot, lambda: first(app).note == "another app's")
        await pilot.press("apostrophe")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        assert app.screen.query_one(Input).value == "another app's"
        await pilot.press("x", "escape")
        await pilot.press("apostrophe", "delete", "enter")
        await until(pilot, lambda: not first(app).note)


async def test_what_cannot_be_kept_is_told(turn: Path, until: Until, monkeypatch: pytest.MonkeyPatch):
    app = InspectorApp(turn)
    said: list[str] = []
    async with app.run_test(size=(100, 30)) as pilot:
        monkeypatch.setattr(app.main, "notify", lambda words, **_: said.append(words))
        await until(pilot, lambda: app.main.panes.view is not None)
        move(turn)
        await pilot.press("m")
        await until(pilot, lambda: said)
        assert said == [f"There is no file {turn} any more to keep that in."]
