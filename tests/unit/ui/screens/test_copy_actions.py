"""Copying by its keys."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.settings import Settings
from inspector.ui.actions import clipboard
from inspector.ui.app import InspectorApp
from inspector.ui.screens.menu import MenuScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(InspectorApp, "notify", lambda _, words, **__: found.append(words))
    monkeypatch.setattr(clipboard, "machine_takes", lambda _: True)
    return found


async def test_a_form_is_chosen_and_taken_again(turn: Path, until: Until, said: list[str]):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("1", "y")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("1")
        await until(pilot, lambda: said)
        assert said.pop().startswith("Copied the request as JSON (")
        assert json.loads(app.clipboard)["model"] == "my-gpt5"

        await pilot.press("2", "Y")
        await until(pilot, lambda: said)
        assert said.pop().startswith("Copied the chat payload as JSON (")
        assert "messages" in json.loads(app.clipboard)

        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("G", "enter")
        await until(pilot, lambda: said)
        assert "config.toml" in said.pop()
        assert "model_provider" in app.clipboard

        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("escape")
        assert not said


async def test_to_a_file_when_the_settings_say_so(
    turn: Path, until: Until, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))
    app = InspectorApp(turn, settings=Settings(clipboard="file"))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("1", "Y")  # nothing was copied yet: it asks
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("1")
        await until(pilot, lambda: said)
        path = tmp_path / "home" / "copies" / "copy.json"
        assert str(path) in said[0]
        assert json.loads(path.read_text())["model"] == "my-gpt5"
        assert app.clipboard == ""
