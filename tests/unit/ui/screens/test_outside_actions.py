"""Handing what is shown to other programs, by the keys."""

from __future__ import annotations

import base64
import json
import os
import shlex
import sys
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.settings import Settings
from inspector.ui.actions import programs
from inspector.ui.app import InspectorApp
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.outside_actions import OutsideActions
from inspector.ui.screens.text import TextScreen
from inspector.ui.widgets.row_list import RowList

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(InspectorApp, "notify", lambda _, words, **__: found.append(words))
    monkeypatch.setattr(OutsideActions, "_commands", [])
    return found


def text_of(app: InspectorApp) -> str:
    outline = app.screen.query_one("#text-list", RowList).outline
    return "\n".join(outline.row(n)[0].text for n in range(len(outline)))


def json_file(path: Path) -> Any:
    return json.loads(path.read_text())


async def test_all_of_a_pane_in_an_editor_and_in_a_pager(
    turn: Path, until: Until, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    script = "import shutil, sys; shutil.copy(sys.argv[2], sys.argv[1] + sys.argv[2].rpartition('/')[2])"
    command = shlex.join([sys.executable, "-c", script, f"{tmp_path}/edited-"])
    broken = f"{sys.executable} -c 'raise SystemExit(2)'"
    app = InspectorApp(turn, settings=Settings(editor=command, pager=broken))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("1", "o")  # the driver of tests cannot let go of a terminal
        await until(pilot, lambda: said)
        assert said.pop() == "This terminal cannot be handed to another program."
        monkeypatch.setattr(app, "suspend", nullcontext)
        await pilot.press("o", "2", "o", "1", "x", "x", "o")
        assert json_file(tmp_path / "edited-request.json")["model"] == "my-gpt5"
        assert "messages" in json_file(tmp_path / "edited-chat-payload.json")
        assert json_file(tmp_path / "edited-request.txt")["model"] == "my-gpt5"
        assert said == []
        await pilot.press("O")
        await until(pilot, lambda: said)
        assert said == [f"{sys.executable} ended with status 2."]


async def test_through_a_command(turn: Path, until: Until, said: list[str]):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("1", "vertical_line")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        app.screen.query_one(Input).value = "grep -c '\"type\"'; printf '[red]\\033[31m'; echo oh >&2; false"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        await until(pilot, lambda: "[red]" in text_of(app))
        assert "oh" in text_of(app)
        assert "\x1b" not in text_of(app)
        await pilot.press("s", *"red", "enter", "escape")
        await until(pilot, lambda: app.screen is app.main)

        await pilot.press("vertical_line")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        await pilot.press("t", "r", "up")
        assert app.screen.query_one(Input).value.startswith("grep")
        await pilot.press("down")
        assert app.screen.query_one(Input).value == "tr"
        await pilot.press("u", "e", "enter")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        await until(pilot, lambda: "It said nothing." in text_of(app))
        await pilot.press("q")
        assert OutsideActions._commands[-1] == "true"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
async def test_a_command_that_takes_its_time_is_told_of(
    turn: Path, until: Until, said: list[str], tmp_path: Path
):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("1", "vertical_line")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        app.screen.query_one(Input).value = f"cat {shlex.quote(str(gate))}"
        await pilot.press("enter")
        await until(pilot, lambda: said)
        assert said == [f"cat {gate} is running; escape ends it, or else 20 s do."]
        with gate.open("w") as opened:
            opened.write("at last")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        await until(pilot, lambda: "at last" in text_of(app))


@pytest.mark.skipif(os.name != "posix", reason="the command is one of a POSIX shell")
async def test_escape_ends_a_command_and_leaves_all_else_as_it_is(
    turn: Path, until: Until, said: list[str], tmp_path: Path
):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("1", "vertical_line")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        begun = tmp_path / "begun"
        app.screen.query_one(Input).value = f"echo so far; touch {shlex.quote(str(begun))}; sleep 300"
        await pilot.press("enter")
        await until(pilot, begun.exists)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        await until(pilot, lambda: "so far" in text_of(app))
        assert "ended: by hand" in app.screen._title.text
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        assert app.focused is app.main.panes.pane("request").list
        await pilot.press("escape")  # there is nothing to end any more
        await until(pilot, lambda: app.focused is app.main.list)


async def test_images_are_opened_outside(
    stage: Any, until: Until, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    picture = "data:image/png;base64," + base64.b64encode(b"a picture").decode()
    content = [{"type": "input_image", "image_url": picture}]
    asked = stage.ask(
        {"model": "m", "input": [{"type": "message", "role": "user", "content": content}]}, after=0
    )
    stage.end(asked, after=1)
    stage.settle()
    stage.writer.close()
    opened: list[bytes] = []
    shown: list[Path] = []

    def show(path: Path) -> None:
        shown.append(path)
        opened.append(path.read_bytes())

    monkeypatch.setattr(programs, "show", show)
    app = InspectorApp(stage.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("1", "g", "i")
        await until(pilot, lambda: said)
        assert said.pop() == "This row has no image in it that can be opened."
        app.main.panes.pane("request").list.select("/input/0")
        await pilot.press("i")
        await until(pilot, lambda: said)
        assert (said, opened) == (["Opened 1 image."], [b"a picture"])
    assert not shown[0].exists()
