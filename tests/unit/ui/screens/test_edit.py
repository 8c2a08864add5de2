"""A request edited and sent: as JSON, item by item, in another program; and what becomes of edits unsent."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.capture.model import Exchange
from inspector.settings import Settings
from inspector.simulator.server import Simulator
from inspector.ui.actions import programs
from inspector.ui.app import InspectorApp
from inspector.ui.screens.diff import DiffScreen
from inspector.ui.screens.edit import EditScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.write import WriteScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]
PointsTo = Callable[[Path, str], Path]
Children = Callable[[Path], list[Exchange]]
SIZE = (120, 40)


async def opened(app: InspectorApp, pilot: Pilot[Any], until: Until, number: int = 3) -> EditScreen:
    await until(pilot, lambda: app.main.was_read and app.main.selected is not None)
    app.main.select(number, by_person=True)
    await until(pilot, lambda: app.main.selected == number)
    await pilot.press("e")
    await until(pilot, lambda: isinstance(app.screen, EditScreen) and app.screen.editor.is_checked)
    assert isinstance(app.screen, EditScreen)
    return app.screen


def items(screen: EditScreen) -> list[Any]:
    found = screen.edited.body["input"]
    assert isinstance(found, list)
    return found


async def test_as_json_then_compared_with_the_original(
    turn: Path, upstream: Simulator, points_to: PointsTo, children: Children, until: Until, said: list[str]
):
    points_to(turn, upstream.base_url)
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot, until)
        await pilot.press("down", "x", "ctrl+s")
        assert said.pop() == "Line 2, column 1: a name in double quotes is missing here."
        assert app.screen is screen
        await pilot.press("ctrl+z")
        screen.editor.load(screen.editor.text.replace('"effort": "low"', '"effort": "high"'), keeps_undo=True)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        shown = app.screen
        assert isinstance(shown, DiffScreen)
        assert (shown.older, shown.newer) == (3, 4)
        assert said == [next(one for one in said if one.startswith("Exchange 4: 200 after "))]
    (made,) = children(turn)
    assert made.made is not None
    assert made.made.edits == ({"op": "replace", "path": "/reasoning/effort", "value": "high"},)
    assert json.loads(upstream.received[-1].body)["reasoning"]["effort"] == "high"


async def test_warnings_are_agreed_to_first(
    turn: Path, upstream: Simulator, points_to: PointsTo, children: Children, until: Until, said: list[str]
):
    points_to(turn, upstream.base_url)
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot, until)
        body = json.loads(screen.editor.text)
        body["input"] = [one for one in body["input"] if one["type"] != "function_call"]
        screen.editor.load(json.dumps(body), keeps_undo=True)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert children(turn) == []
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
    assert len(children(turn)) == 1


async def test_item_by_item(turn: Path, until: Until, said: list[str]):
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot, until)
        before = json.loads(screen.editor.text)
        await pilot.press("ctrl+t")
        assert screen.items.has_focus
        last = len(items(screen)) - 1
        # another text
        screen.items.select("/input/1")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, WriteScreen))
        await pilot.press(*"Now: ", "ctrl+s")
        await until(pilot, lambda: app.screen is screen)
        assert items(screen)[1]["content"][0]["text"].startswith("Now: ")
        # a call and what it gave back
        call = next(n for n, one in enumerate(items(screen)) if one["type"] == "function_call")
        screen.items.select(f"/input/{call}")
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("1")
        await until(pilot, lambda: app.screen is screen)
        assert len(items(screen)) == last - 1
        # the order, and back
        screen.items.select("/input/0")
        await pilot.press("J")
        assert screen.items.node is not None
        assert screen.items.node.key == "/input/1"
        await pilot.press("K", "K")
        assert said.pop() == "It is at the beginning already."
        # model, effort, a setting, a tool
        await pilot.press("M", "ctrl+u", *"other", "enter")
        await until(pilot, lambda: screen.edited.body["model"] == "other")
        await pilot.press("E", "5")
        await until(pilot, lambda: screen.edited.body["reasoning"]["effort"] == "high")
        screen.items.select("/store")
        await pilot.press("c", "ctrl+u", *"true", "enter")
        await until(pilot, lambda: screen.edited.body["store"] is True)
        screen.items.select("/tools")
        await pilot.press("right", "down", "delete")
        assert len(screen.edited.body["tools"]) == len(before["tools"]) - 1
        await pilot.press("u")
        assert screen.edited.body["tools"] == before["tools"]
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, WriteScreen))
        await pilot.press("ctrl+k", "ctrl+s")
        assert isinstance(app.screen, WriteScreen)
        await pilot.press("escape")
        # as JSON again, where all of it is one edit that can be undone
        await pilot.press("ctrl+t")
        now = json.loads(screen.editor.text)
        assert (now["model"], now["store"], len(now["input"])) == ("other", True, last - 1)
        await pilot.press("ctrl+z")
        assert json.loads(screen.editor.text) == before


async def test_edits_are_not_thrown_away_unasked(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot, until)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        screen = await opened(app, pilot, until)
        await pilot.press("x", "escape")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("1")
        await until(pilot, lambda: app.screen is screen)
        await app.action_quit()
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("2")
        await until(pilot, lambda: app.screen is app.main)


async def test_in_another_program(turn: Path, until: Until, monkeypatch: pytest.MonkeyPatch, said: list[str]):
    def edit(command: list[str], text: str, name: str) -> str:
        assert (command, name) == (["myeditor"], "request.json")
        return text.replace('"my-gpt5"', '"mine"') + "\n"

    monkeypatch.setattr(programs, "edit", edit)
    monkeypatch.setattr(InspectorApp, "suspend", lambda _: nullcontext())
    app = InspectorApp(turn, settings=Settings(editor="myeditor"))
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot, until)
        await pilot.press("ctrl+t", "ctrl+o")
        assert not screen.shows_items
        assert json.loads(screen.editor.text)["model"] == "mine"

        def fail(command: list[str], text: str, name: str) -> str:
            raise programs.NoProgramError("myeditor ended with status 1; the text is as it was.")

        monkeypatch.setattr(programs, "edit", fail)
        await pilot.press("ctrl+o")
        assert said.pop().startswith("myeditor ended with status 1")


async def test_of_a_bridged_exchange_either_request(four: Path, until: Until):
    app = InspectorApp(four)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.main.was_read and app.main.selected is not None)
        app.main.select(2, by_person=True)
        await until(pilot, lambda: app.main.selected == 2)
        for key, member in (("1", "input"), ("2", "messages")):
            await pilot.press("e")
            await until(pilot, lambda: isinstance(app.screen, MenuScreen))
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, EditScreen) and app.screen.editor.is_checked)
            assert isinstance(app.screen, EditScreen)
            assert member in json.loads(app.screen.editor.text)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
