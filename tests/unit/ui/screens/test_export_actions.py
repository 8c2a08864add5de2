"""Exporting by its key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Label

from inspector.formats.exporting import EXPORTERS
from inspector.formats.outgoing import WHAT
from inspector.ui.app import InspectorApp
from inspector.ui.screens.export_actions import ExportActions
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.menu import MenuScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(InspectorApp, "notify", lambda _, words, **__: found.append(words))
    monkeypatch.setattr(ExportActions, "_export_places", [])
    monkeypatch.chdir(tmp_path)
    return found


async def _export(pilot: Pilot[Any], until: Until, choice: str, place: str, told: str = "") -> None:
    """Exports there; `told` is what stands beside the place while it is typed, what its format is if ""."""
    app = pilot.app
    await pilot.press("E")
    await until(pilot, lambda: isinstance(app.screen, MenuScreen))
    await pilot.press(choice)
    await until(pilot, lambda: isinstance(app.screen, LineScreen))
    if place:
        app.screen.query_one(Input).value = place
    await until(pilot, lambda: str(app.screen.query_one("#line-said", Label).content))
    await pilot.pause()
    words = str(app.screen.query_one("#line-said", Label).content)
    assert words == (
        told or WHAT.get(Path(place or "x.md").suffix[1:]) or " ".join(f".{each}" for each in WHAT)
    )
    await pilot.press("enter")


def test_every_format_is_told() -> None:
    assert WHAT.keys() == EXPORTERS.keys()


async def test_this_one_the_marked_and_all(turn: Path, until: Until, said: list[str], tmp_path: Path):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("E", "1")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        await pilot.press("j", "s", "o", "n", "l", "enter")  # the suffix alone was selected
        await until(pilot, lambda: said)
        assert said.pop().startswith(f"1 exchange to {tmp_path}/today-1.jsonl (")
        await _export(pilot, until, "1", "")
        await until(pilot, lambda: said)
        assert said.pop().startswith(f"1 exchange to {tmp_path}/today-1.md (")
        assert (tmp_path / "today-1.md").read_text().startswith("## 1 exchange, none went wrong\n")

        await _export(pilot, until, "2", "")
        await until(pilot, lambda: said)
        assert said.pop().startswith(f"3 exchanges to {tmp_path}/today.md (")
        assert (tmp_path / "today.md").read_text().startswith("## 3 exchanges, 1 went wrong\n")

        await pilot.press("right_curly_bracket", "m")
        await until(pilot, lambda: app.main.sessions.exchanges[2].marked)
        await pilot.press("left_curly_bracket")
        await until(pilot, lambda: app.main.selected == 1)
        await _export(pilot, until, "2", str(tmp_path / "again.curl"))
        await until(pilot, lambda: said)
        assert said.pop().startswith(f"1 exchange to {tmp_path}/again.curl (")
        assert "# Exchange 2 " in (tmp_path / "again.curl").read_text()


async def test_what_cannot_be_written_is_said(turn: Path, until: Until, said: list[str], tmp_path: Path):
    (tmp_path / "there.md").write_text("before")
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        for place, words in (
            ("there.md", "there.md is there already, and was left as it is: name another file."),
            ("none/x.md", "There is no folder none to write x.md to."),
            ("x.curl", "A .curl file holds one exchange, and these are 3."),
            ("x.nothing", "The name of the file says which format: "),
        ):
            await _export(pilot, until, "2", place, "holds one exchange only" if "curl" in place else "")
            await until(pilot, lambda: said)
            assert said.pop().startswith(words)
        assert (tmp_path / "there.md").read_text() == "before"
        assert not (tmp_path / "x.curl").exists()


async def test_only_what_the_list_shows(turn: Path, until: Until, said: list[str], tmp_path: Path):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        app.main.sessions_pane.filter_box.put("-has:error")
        await until(pilot, lambda: app.main.sessions.count == 2)
        await _export(pilot, until, "2", "shown.md")
        await until(pilot, lambda: said)
        assert said.pop().startswith(f"2 exchanges to {tmp_path}/shown.md (")
