"""The palette and the help tell every action with a key that is there, with the key it has now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from inspector.settings import Column, Settings, Sort
from inspector.ui.app import InspectorApp
from inspector.ui.commands import Commands, commands, shown_keys
from inspector.ui.screens.help import HelpScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


async def test_they_are_those_of_what_has_the_keys(turn: Path, until: Until) -> None:
    app = InspectorApp(turn, settings=Settings(keys={"sessions.follow": ("F",)}))
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: app.main.selected == 1)
        found = {command.id: command for command in commands(app.screen)}
        assert {"list.down", "sessions.follow", "app.quit", "events.on"} <= found.keys()
        assert "filter.leave" not in found
        assert shown_keys(found["sessions.follow"]) == "F"
        assert shown_keys(found["list.down"]) == "↓ j"
        assert all(command.name and command.about for command in found.values())
        await pilot.press("slash")
        assert "filter.leave" in {command.id for command in commands(app.screen)}


async def test_the_palette_finds_and_runs_them(turn: Path, until: Until) -> None:
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: app.main.selected == 1)
        provider = Commands(app.screen)
        assert len([hit async for hit in provider.discover()]) == len(commands(app.screen))
        hits = [hit async for hit in provider.search("only exchanges that fit")]
        assert str(hits[0].help).endswith("(/)")
        await pilot.press("ctrl+p")
        await pilot.press(*"to the chat payload", "enter")
        await until(pilot, lambda: app.focused is app.main.panes.pane("payload").list)


async def test_the_palette_has_every_order_of_the_list(turn: Path, until: Until) -> None:
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: app.main.selected == 1)
        found = {command.title: command.callback for command in app.get_system_commands(app.screen)}
        assert "Quit" not in found
        found["Sort by duration ▾"]()
        assert app.main.sessions.order == Sort(Column.DURATION, descending=True)


async def test_the_help_is_grouped_and_does_what_is_chosen(turn: Path, until: Until) -> None:
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: app.main.selected == 1)
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        keys = app.screen.query_one("#help-keys")
        titles = [node.head(60, True).text for node in keys.outline.nodes]  # type: ignore[attr-defined]  # a RowList
        assert titles[0] == "Sessions"
        assert titles[-2:] == ["App", "Marks"]
        keys.select("mark ↳", by_person=True)  # type: ignore[attr-defined]  # as above
        await pilot.press("enter")
        assert isinstance(app.screen, HelpScreen)
        keys.select("pane.events", by_person=True)  # type: ignore[attr-defined]  # as above
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is app.main.panes.pane("events").list)
