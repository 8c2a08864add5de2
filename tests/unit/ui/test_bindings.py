"""Every key of every action, pressed where it works: each changes what is shown, in the way that it says.

The scenarios below are a table: which capture, and key by key what is looked at and what it must be then. The
keys of an action that is not in it fail `test_every_key_of_every_action_is_pressed`.
"""

from __future__ import annotations

import asyncio
import operator
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from inspector.capture.holds import Point
from inspector.proxy.registry import Running
from inspector.settings import Column, Settings, Sort
from inspector.ui.actions import clipboard, programs
from inspector.ui.actions.pipe import Piped
from inspector.ui.app import InspectorApp
from inspector.ui.commands import Commands, commands
from inspector.ui.known import _ours, known
from inspector.ui.screens import outside_actions
from inspector.ui.screens.quit import QuitChoice
from inspector.ui.view.diff.content import Side
from inspector.ui.view.event_kinds import Kinds
from inspector.ui.view.order import AS_THEY_CAME
from inspector.ui.view.timeline.waterfall import Scale
from inspector.ui.widgets.row_list import RowList

KNOWN = {bound.id: bound for bound in known(InspectorApp).bindings}
PATIENCE = 20.0
Look = Callable[[InspectorApp], Any]


# What is looked at


def focus(app: InspectorApp) -> str | None:
    return app.focused.id or type(app.focused).__name__ if app.focused is not None else None


def screen(app: InspectorApp) -> str:
    return type(app.screen).__name__


def rows(app: InspectorApp) -> RowList:
    assert isinstance(app.focused, RowList)
    return app.focused


def cursor(app: InspectorApp) -> int:
    return rows(app).cursor


def unfolded(app: InspectorApp) -> bool:
    found = rows(app)
    return found.node is not None and found.outline.is_open(found.node)


def pages(app: InspectorApp) -> float:
    return cursor(app) / (rows(app).size.height - 1)


def is_last(app: InspectorApp) -> bool:
    return cursor(app) == len(rows(app).outline) - 1


def selected(app: InspectorApp) -> int | None:
    view = app.main.panes.view
    return view.exchange.id if view is not None and view.exchange.id == app.main.selected else None


def title(name: str) -> Look:
    return lambda app: " ".join(app.main.panes.pane(name).title_row(80).text.split())


def has_title(name: str, words: str) -> Look:
    return lambda app: words in title(name)(app)


def told(app: InspectorApp) -> str:
    said = [str(each.message) for each in app._notifications]
    return said[-1] if said else ""


def typed(app: InspectorApp) -> str:
    return app.screen.query_one(Input).value


def held(app: InspectorApp) -> int:
    return len(app.main.holds.waits)


def rules(app: InspectorApp) -> int:
    return len(app.main.holds.rules)


def is_told(words: str) -> Look:
    return lambda app: words in told(app)


def last_made(app: InspectorApp) -> int:
    return max(each.id for each in app.main.sessions.exchanges.values())


def edited(app: InspectorApp) -> Any:
    return app.screen.edited.body


def place(app: InspectorApp) -> Any:
    return app.screen.edited.item(app.screen.items.node.key)


def count(app: InspectorApp) -> int:
    return len(edited(app)["input"])


def ended(app: InspectorApp) -> Any:
    return (app._exit, app.return_value)


# What is pressed


@dataclass(frozen=True)
class Press:
    """A key of an action; what `look` sees is something else before, and `then` afterwards.

    `then` may be a function: how what was seen before compares with it.
    """

    id: str
    key: str
    look: Look
    then: Any


@dataclass(frozen=True)
class Given:
    """What is done between, and what has to be so before the next key."""

    keys: Sequence[str]
    so: Look = field(default=lambda _: True)


class Standing:
    """A proxy of ours that runs until it is stopped."""

    ours = True

    def look(self) -> Running:
        base = "http://127.0.0.1:8080/a.b/openai/v1"
        return Running(1, "http://127.0.0.1:8080", base, Path("x.db"), None, "observe", False, 0.0)

    def stop(self) -> bool:
        return True


@dataclass(frozen=True)
class Scenario:
    """An app on a capture (a fixture), and what is done with it."""

    capture: str
    steps: Sequence[Press | Given]
    proxy: Standing | None = None


LIST = "sessions-list"

SCENARIOS = {
    "rows": Scenario(
        "changed",
        [
            Given(["1", "g"], lambda app: cursor(app) == 0),
            Press("list.toggle", "enter", unfolded, False),
            Press("list.unfold", "right", unfolded, True),
            Press("list.fold", "left", unfolded, False),
            Press("list.unfold", "l", unfolded, True),
            Press("list.fold", "h", unfolded, False),
            Press("list.down", "down", cursor, 1),
            Press("list.down", "j", cursor, 2),
            Press("list.up", "up", cursor, 1),
            Press("list.up", "k", cursor, 0),
            Given(["x"], has_title("request", "json")),
            Press("list.page-down", "pagedown", pages, 1),
            Press("list.page-down", "ctrl+f", pages, 2),
            Press("list.page-up", "pageup", pages, 1),
            Press("list.page-up", "ctrl+b", pages, 0),
            Press("list.bottom", "G", is_last, True),
            Press("list.top", "g", cursor, 0),
            Press("list.bottom", "end", is_last, True),
            Press("list.top", "home", cursor, 0),
        ],
    ),
    "two requests": Scenario(
        "changed",
        [
            Given("]", lambda app: app.main.panes.events.playback.at == 0),
            Press("events.point-on", "w", lambda app: app.main.panes.events.playback.at, 4),
            Given("w"),
            Press("events.point-back", "W", lambda app: app.main.panes.events.playback.at, 4),
            Press("sessions.on", "}", selected, 2),
            Press("diff.previous", "d", screen, "DiffScreen"),
            Given("", lambda app: app.screen.content is not None and len(app.screen.list.outline)),
            Press("diff.flip", "r", lambda app: app.screen.side, Side.RESPONSE),
            Given("r"),
            Press("diff.next", "]", cursor, operator.lt),
            Given("]"),
            Press("diff.back", "[", cursor, operator.gt),
            Press("diff.raw", "x", lambda app: app.screen.is_raw, True),
            Press("diff.close", "escape", screen, "SessionsScreen"),
            Given("d", lambda app: screen(app) == "DiffScreen"),
            Press("diff.close", "d", screen, "SessionsScreen"),
            Press("exchange.mark", "m", lambda app: app.main.sessions.exchanges[2].marked, True),
            Press("sessions.back", "{", selected, 1),
            Press("azure.menu", "A", screen, "MenuScreen"),
            Given(["escape"], lambda app: screen(app) == "SessionsScreen"),
            Press("diff.marked", "D", screen, "DiffScreen"),
        ],
    ),
    "panes": Scenario(
        "four",
        [
            Press("pane.request", "1", focus, "request-list"),
            Press("pane.payload", "2", focus, "payload-list"),
            Press("pane.events", "3", focus, "events-list"),
            Press("pane.answer", "4", focus, "answer-list"),
            Press("pane.sessions", "0", focus, LIST),
            Given(["1", "g"], lambda app: cursor(app) == 0),
            Press("pane.reflection-on", "tab", focus, "payload-list"),
            Given("g"),
            Press("pane.reflection-back", "shift+tab", focus, "request-list"),
            Press("pane.raw", "x", has_title("request", "json"), True),
            Given("x"),
            Press("pane.zoom", "z", lambda app: app.main.query_one("#sessions").display, False),
            Given("z"),
            Press("sessions.leave", "escape", focus, LIST),
            # the stream
            Press("events.upstream", "u", has_title("events", "as passed"), True),
            Given("u"),
            Press("events.kinds", "T", lambda app: app.main.panes.events.kinds, Kinds.STEPS),
            Given(["T"] * 6, lambda app: app.main.panes.events.kinds is Kinds.ALL),
            Press("events.on", "]", has_title("events", "⏸ 1"), True),
            Given("]]"),
            Press("events.back", "[", has_title("events", "⏸ 2"), True),
            Press("events.play", "space", has_title("events", "▶ 2"), True),
            Press("events.slower", "<", has_title("events", "▶ 0.5x 2"), True),
            Press("events.faster", ">", has_title("events", "▶ 2"), True),
            Press("events.end", "L", has_title("events", "▶"), False),
            # searching
            Given("1"),
            Press("search.open", "s", screen, "LineScreen"),
            Given(["e", "enter"], has_title("request", "1 of ")),
            Press("search.next", "n", has_title("request", "2 of "), True),
            Press("search.back", "N", has_title("request", "1 of "), True),
            # the list
            Given("0", lambda app: focus(app) == LIST),
            Press("sessions.follow", "f", lambda app: "follow" in app.main.sessions_pane.state, True),
            Given("f"),
            Press("sessions.sort", "S", lambda app: app.main.sessions.flat, True),
            Press("sessions.filter", "/", focus, "FilterInput"),
            Press("filter.leave", "escape", focus, LIST),
            Given("/"),
            Press("filter.leave", "enter", focus, LIST),
            Given("/"),
            Press("filter.leave", "down", focus, LIST),
            Press("list.open", "enter", focus, "request-list"),
            # the timeline
            Press("timeline.open", "t", screen, "TimelineScreen"),
            Press("timeline.scale", "s", lambda app: app.screen.waterfall.scale, list(Scale)[1]),
            Press("timeline.plot", "p", lambda app: app.screen.plot, "context"),
            Press("timeline.back", "escape", screen, "SessionsScreen"),
            Given("t", lambda app: screen(app) == "TimelineScreen"),
            Press("timeline.back", "t", screen, "SessionsScreen"),
        ],
    ),
    "what is held": Scenario(
        "holding",
        [
            Given("}", lambda app: selected(app) == 2 and held(app) == 4),
            Press("hold.release", "p", held, 3),
            Press("hold.like", "b", screen, "RuleScreen"),
            Press("hold-rule.leave", "escape", screen, "SessionsScreen"),
            Press("hold.open", "H", screen, "HoldScreen"),
            Press("hold.close", "H", screen, "SessionsScreen"),
            Given("H", lambda app: screen(app) == "HoldScreen" and focus(app) == "hold-queue"),
            # rules
            Press("hold.add", "n", screen, "RuleScreen"),
            Given(["tab"], lambda app: focus(app) == "hold-point"),
            Press("choice.on", "right", lambda app: app.screen.point, Point.RESPONSE),
            Press("choice.on", "space", lambda app: app.screen.point, Point.EVENT),
            Press("choice.back", "left", lambda app: app.screen.point, Point.RESPONSE),
            Given(["enter"], lambda app: rules(app) == 3),
            Given("n", lambda app: screen(app) == "RuleScreen"),
            Press("hold-rule.keep", "ctrl+s", rules, 4),
            Given(["shift+tab", "G"], lambda app: focus(app) == "hold-rules-list"),
            Press("hold.switch", "space", lambda app: (rules(app), len(app.screen.off)), (3, 1)),
            Press("hold.remove", "x", lambda app: rules(app) + len(app.screen.off), 3),
            Press("hold.remove", "delete", lambda app: rules(app) + len(app.screen.off), 2),
            # the queue
            Given(["tab", "g"], lambda app: focus(app) == "hold-queue"),
            Press("hold.edit", "e", screen, "HeldEditScreen"),
            Press("hold-edit.leave", "escape", screen, "HoldScreen"),
            Given("e", lambda app: screen(app) == "HeldEditScreen"),
            Press("hold-edit.outside", "ctrl+o", lambda app: '"outside"' in app.screen.editor.text, True),
            Press("hold-edit.send", "ctrl+s", held, 2),
            Press("hold.answer", "a", screen, "AnswerScreen"),
            Press("hold-answer.leave", "escape", screen, "HoldScreen"),
            Given("a", lambda app: screen(app) == "AnswerScreen"),
            Press("hold-answer.send", "ctrl+s", held, 1),
            Press("hold.drop", "d", screen, "MenuScreen"),
            Given(["escape"], lambda app: screen(app) == "HoldScreen"),
            Press("hold.view", "v", screen, "SessionsScreen"),
            Given("H", lambda app: screen(app) == "HoldScreen"),
            Press("hold.release-all", "P", held, 0),
            Press("hold.close", "escape", screen, "SessionsScreen"),
        ],
    ),
    "what is sent again": Scenario(
        "nowhere",
        [
            Given("}", lambda app: selected(app) == 2),
            Press("replay.cancel", "X", told, "Nothing is being sent."),
            Press("replay.now", "r", is_told("could not be reached"), True),
            Given("", lambda app: 4 in app.main.sessions.exchanges),
            Press("replay.result", "ctrl+r", selected, 4),
            Press("replay.as", "R", screen, "ReplayScreen"),
            Press("replay.leave", "escape", screen, "SessionsScreen"),
            Given("R", lambda app: screen(app) == "ReplayScreen" and app.screen.told[0]),
            Press("replay.send", "ctrl+s", last_made, 5),
            Press("replay.minimise", "M", screen, "MinimiseScreen"),
            Press("minimise.leave", "escape", screen, "SessionsScreen"),
            Given(["M", *"status:400"]),
            Press("minimise.begin", "ctrl+s", is_told("does not show it"), True),
        ],
    ),
    "what is folded": Scenario(
        "sealed",
        [
            Given("e", lambda app: screen(app) == "EditScreen" and app.screen.editor.is_checked),
            Press("edit.unfold", "ctrl+l", told, "No text is folded in this line."),
        ],
    ),
    "what is edited": Scenario(
        "nowhere",
        [
            Given("}", lambda app: selected(app) == 2),
            Press("edit.open", "e", screen, "EditScreen"),
            Given("", lambda app: app.screen.editor.is_checked),
            Press("edit.outside", "ctrl+o", lambda app: '"outside"' in app.screen.editor.text, True),
            Given(
                ["down", "x", "end"], lambda app: app.screen.editor.is_checked and app.screen.editor.findings
            ),
            Press("edit.remark", "ctrl+g", lambda app: app.screen.editor.area.cursor_location, (1, 0)),
            Given(["ctrl+z", "ctrl+z"], lambda app: not app.screen.is_edited),
            Press("edit.send-as", "ctrl+r", screen, "ReplayScreen"),
            Given(["escape"], lambda app: screen(app) == "EditScreen"),
            Press("edit.leave", "escape", screen, "SessionsScreen"),
            Given("e", lambda app: screen(app) == "EditScreen"),
            Press("edit.turn", "ctrl+t", focus, "edit-items"),
            Press("edit.leave", "q", screen, "SessionsScreen"),
            Given(["e", "ctrl+t"], lambda app: focus(app) == "edit-items"),
            Press("edit.model", "M", screen, "LineScreen"),
            Given(["escape"]),
            Press("edit.effort", "E", screen, "MenuScreen"),
            Given("2", lambda app: edited(app)["reasoning"]["effort"] == "minimal"),
            Press("edit.undo", "u", lambda app: edited(app)["reasoning"]["effort"], operator.ne),
            Given("E2", lambda app: edited(app)["reasoning"]["effort"] == "minimal"),
            Press("edit.undo", "ctrl+z", lambda app: edited(app)["reasoning"]["effort"], operator.ne),
            Given("G", lambda app: app.screen.items.node.key.startswith("/input/")),
            Press("edit.up", "K", place, operator.gt),
            Press("edit.up", "alt+up", place, operator.gt),
            Press("edit.down", "J", place, operator.lt),
            Press("edit.down", "alt+down", place, operator.lt),
            Press("edit.change", "c", screen, "WriteScreen"),
            Press("write.leave", "escape", screen, "EditScreen"),
            Given("cA", lambda app: screen(app) == "WriteScreen"),
            Press(
                "write.keep", "ctrl+s", lambda app: screen(app) == "EditScreen" and app.screen.is_edited, True
            ),
            Given(["u", "c", "B"], lambda app: screen(app) == "WriteScreen"),
            Press("write.keep", "ctrl+enter", screen, "EditScreen"),
            Press("edit.drop", "delete", count, operator.gt),
            Given("uG"),
            Press("edit.drop", "backspace", count, operator.gt),
            Given("u" * 8, lambda app: not app.screen.is_edited),
            Press("edit.send", "ctrl+s", last_made, 4),
            Given("e", lambda app: screen(app) == "EditScreen"),
            Press("edit.send", "ctrl+enter", last_made, 5),
        ],
    ),
    "what is done with a pane": Scenario(
        "four",
        [
            Given("1"),
            Press("pane.edit", "o", told, "ran true on request.json"),
            Press("pane.page", "O", told, "ran cat on request.json"),
            Press("pane.images", "i", told, "This row has no image in it that can be opened."),
            Press("copy.as", "y", screen, "MenuScreen"),
            Press("menu.leave", "escape", screen, "SessionsScreen"),
            Given("y"),
            Press("menu.leave", "q", screen, "SessionsScreen"),
            Given("y1", lambda app: "Be brief." in app.clipboard),
            Given("4"),
            Press("copy.again", "Y", lambda app: "Be brief." in app.clipboard, False),
            Press("pane.pipe", "|", screen, "LineScreen"),
            Press("line.earlier", "up", typed, "wc"),
            Press("line.later", "down", typed, ""),
            Press("line.leave", "escape", screen, "SessionsScreen"),
            Given(["|", "a", "enter"], lambda app: screen(app) == "TextScreen"),
            Press("text.leave", "escape", screen, "SessionsScreen"),
            Given(["|", "a", "enter"], lambda app: screen(app) == "TextScreen"),
            Press("text.leave", "q", screen, "SessionsScreen"),
            Press("exchange.note", "'", screen, "LineScreen"),
            Given(["escape"], lambda app: screen(app) == "SessionsScreen"),
            Press("exchange.export", "E", screen, "MenuScreen"),
            Given(["escape"]),
            Press("app.palette", "ctrl+p", screen, "CommandPalette"),
            Given(["escape"], lambda app: screen(app) == "SessionsScreen"),
            Press("app.help", "?", screen, "HelpScreen"),
            Press("help.leave", "escape", screen, "SessionsScreen"),
            Given("?"),
            Press("help.leave", "q", screen, "SessionsScreen"),
            Given("?"),
            Press("help.leave", "?", screen, "SessionsScreen"),
            Press("app.quit", "q", ended, (True, None)),
        ],
    ),
    "files were read in": Scenario(
        "damaged",
        [
            Press("files.list", "I", screen, "TextScreen"),
            Press("text.leave", "escape", screen, "SessionsScreen"),
        ],
    ),
    "the proxy goes on": Scenario(
        "empty",
        [
            Press("guide.copy", "c", lambda app: "base_url" in app.clipboard, True),
            Given("q", lambda app: screen(app) == "QuitScreen"),
            Press("quit.stay", "escape", screen, "SessionsScreen"),
            Given("q"),
            Press("quit.stay", "q", screen, "SessionsScreen"),
            Given("q"),
            Press("quit.leave", "l", ended, (True, QuitChoice.LEAVE)),
        ],
        Standing(),
    ),
    "the proxy ends": Scenario(
        "empty", [Given("q"), Press("quit.stop", "s", ended, (True, QuitChoice.STOP))], Standing()
    ),
}


# How it is done


def press(app: InspectorApp, key: str) -> None:
    """As a terminal sends it; what is shown is waited for, nothing else."""
    character = " " if key == "space" else key if len(key) == 1 else None
    app.post_message(Key(_character_to_key(key) if len(key) == 1 else key, character))


async def until(pilot: Pilot[Any], so: Callable[[], object], what: object) -> None:
    if so():
        return
    deadline = time.monotonic() + PATIENCE
    await pilot.pause(0)
    while not so():  # asking every widget whether it is done, as a pause does, would be most of the work
        assert time.monotonic() < deadline, f"not so: {what}"
        await asyncio.sleep(0.01)
    if not pilot.app._exit:
        await pilot.pause(0)


def painted(app: InspectorApp) -> list[list[Any]]:
    """What is on the screen, styles and all."""
    return [list(strip) for strip in app.screen._compositor.render_strips()]


def working(app: InspectorApp) -> dict[str, tuple[str, ...]]:
    """What the help and the palette tell here: the keys of each action."""
    return {command.id: command.keys for command in commands(app.screen)}


@pytest.fixture
def empty(stage: Any) -> Path:
    """A capture of nothing."""
    return Path(stage.settle())


@pytest.fixture
def nowhere(changed: Path) -> Path:
    """A capture whose exchanges went to a place where nobody listens."""
    with closing(sqlite3.connect(changed)) as connection, connection:
        connection.execute("UPDATE exchanges SET url = 'http://127.0.0.1:1/openai/v1/responses'")
    return changed


@pytest.fixture
def sealed(stage: Any) -> Path:
    """A capture of one request, with a text in it that no editor shows whole."""
    body = stage.request([{"type": "compaction", "encrypted_content": "gAAAA" * 200}])
    asked = stage.ask(body, after=0)
    stage.head(asked, after=0.1)
    stage.end(asked, after=0.2)
    return Path(stage.settle())


@pytest.fixture
def holding(request: pytest.FixtureRequest) -> Path:
    """A capture of which four things are held."""
    found = request.getfixturevalue("held")
    found.hold(4, since=1)
    return Path(found.path)


@pytest.fixture(autouse=True)
def _no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is run but what is looked at: it says so."""

    async def pipe(_: str, command: str, **__: object) -> Piped:
        return Piped(command.encode(), b"", 0)

    monkeypatch.setattr(clipboard, "machine_takes", lambda _: True)
    written = re.compile('my-gpt5|(?<=")1200')  # a model, what a held answer has in a header
    monkeypatch.setattr(programs, "edit", lambda _, text, __: written.sub("outside", text))
    monkeypatch.setattr(programs, "run_on", lambda command, _, name: f"ran {command[0]} on {name}")
    monkeypatch.setattr(outside_actions, "pipe", pipe)
    monkeypatch.setattr(outside_actions.OutsideActions, "_commands", ["jq .", "wc"])
    monkeypatch.setattr(InspectorApp, "suspend", lambda _: nullcontext())


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
async def test_keys_do_what_they_say(scenario: Scenario, request: pytest.FixtureRequest):
    capture = request.getfixturevalue(scenario.capture)
    settings = Settings(editor="true", pager="cat", follow=False)
    app = InspectorApp(capture, proxy=scenario.proxy, settings=settings, now=lambda: 1_790_000_065.0)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        app.main.clock = lambda: 100.0  # what is played stands still
        await until(pilot, lambda: app.main.was_read, "read")
        if scenario.capture != "empty":
            await until(pilot, lambda: selected(app) == 1, "shown")
        for step in scenario.steps:
            if isinstance(step, Given):
                for key in step.keys:
                    press(app, key)
                    await pilot.pause()
                await until(pilot, lambda step=step: step.so(app), step)
                continue
            name = _character_to_key(step.key) if len(step.key) == 1 else step.key
            assert name in working(app).get(step.id, ()), f"{step} is not told where it works"
            await pilot.pause(0)
            before, seen = painted(app), step.look(app)
            so = partial(step.then, seen) if callable(step.then) else partial(operator.eq, step.then)
            assert not so(seen), step
            press(app, step.key)
            await until(pilot, lambda step=step, so=so: so(step.look(app)), step)
            if not app._exit:
                await until(pilot, lambda before=before: painted(app) != before, f"{step} is seen")


def test_every_key_of_every_action_is_pressed():
    pressed = {
        (step.id, _character_to_key(step.key) if len(step.key) == 1 else step.key)
        for scenario in SCENARIOS.values()
        for step in scenario.steps
        if isinstance(step, Press)
    }
    assert pressed == {(bound.id, key) for bound in KNOWN.values() for key in bound.keys}


# The palette, the help, and other keys

IN_PANES = {"pane.reflection-on", "pane.reflection-back", "list.toggle"}
IN_THE_LIST = {"list.open"}
# While a filter or a rule is written, nothing was recorded, something is held, files were read in.
ELSEWHERE = {
    "edit.unfold",
    "edit.remark",
    "files.list",
    "filter.leave",
    "guide.copy",
    "choice.on",
    "choice.back",
    "hold.release",
}
ON_MAIN = {bound.id for bound in KNOWN.values() if "SessionsScreen" in bound.where} - ELSEWHERE


async def test_the_help_and_the_palette_have_every_action_of_the_main_screen_and_it_runs_from_there(
    four: Path,
):
    app = InspectorApp(four, settings=Settings(editor="true", pager="cat"), now=lambda: 1_790_000_065.0)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: selected(app) == 1, "shown")
        press(app, "?")
        await until(pilot, lambda: focus(app) == "help-keys", "help")
        told_of = {each.key for group in rows(app).outline.nodes for each in group.branches}
        assert {key for key in told_of if not key.startswith("mark ")} == ON_MAIN - IN_PANES
        press(app, "escape")
        press(app, "1")
        await until(pilot, lambda: focus(app) == "request-list", "a pane has the keys")
        offered = {command.id: run for command, run in Commands(app.screen)._runnable()}
        assert offered.keys() == ON_MAIN - IN_THE_LIST
        for id in sorted(offered, key=lambda id: (id == "app.quit", id)):
            app.main.set_focus(app.main.panes.pane("request").list)
            assert await offered[id](), id
            await pilot.pause(0)
            while app.screen is not app.main and not app._exit:
                await until(pilot, lambda: app._exit or app.screen.is_mounted, "all of it is there")
                app.pop_screen()
                await pilot.pause(0)
        assert app._exit


async def test_actions_of_every_owner_listen_to_other_keys(four: Path):
    tour: dict[str, tuple[Look, Any]] = {
        "list.bottom": (is_last, True),
        "pane.request": (focus, "request-list"),
        "pane.reflection-on": (focus, operator.ne),
        "pane.raw": (painted, operator.ne),
        "events.on": (lambda app: app.main.panes.events.playback.at, 0),
        "search.open": (screen, "LineScreen"),
        "line.earlier": (typed, ""),
        "line.leave": (screen, "SessionsScreen"),
        "copy.as": (screen, "MenuScreen"),
        "menu.leave": (screen, "SessionsScreen"),
        "app.help": (screen, "HelpScreen"),
        "help.leave": (screen, "SessionsScreen"),
        "sessions.filter": (focus, "FilterInput"),
        "filter.leave": (focus, LIST),
        "timeline.open": (screen, "TimelineScreen"),
        "timeline.back": (screen, "SessionsScreen"),
        "exchange.mark": (lambda app: app.main.exchange.marked, True),
        "diff.marked": (told, operator.ne),
        "app.palette": (screen, "CommandPalette"),
    }
    keys = {id: f"f{number}" for number, id in enumerate(tour, 1)}
    settings = Settings(keys={id: (key,) for id, key in keys.items()})
    app = InspectorApp(four, settings=settings, now=lambda: 1_790_000_065.0)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: selected(app) == 1, "shown")
        for id, (look, then) in tour.items():
            await pilot.pause(0)
            assert working(app)[id] == (keys[id],)
            seen = look(app)
            press(app, keys[id])
            so = partial(then, seen) if callable(then) else partial(operator.eq, then)
            await until(pilot, lambda so=so, look=look: so(look(app)), id)


def keys_of(owner: type[DOMNode]) -> Iterator[tuple[str, Binding]]:
    """The keys of our actions, those of its base classes as well."""
    for base in owner.__mro__:
        for binding in vars(base).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id is not None:
                yield from ((key.strip(), binding) for key in binding.key.split(","))


def test_no_two_actions_of_a_screen_or_widget_have_the_same_key():
    owners = {owner.__name__: owner for owner in (InspectorApp, *_ours())}
    assert {"SessionsScreen", "RowList", "LineScreen"} <= owners.keys()
    fights = [
        (name, key, sorted(ids))
        for name, owner in owners.items()
        for key, ids in _ids_by_key(owner).items()
        if len(ids) > 1
    ]
    assert fights == [("EntryList", "enter", ["list.open", "list.toggle"])]  # one in the other's place


def _ids_by_key(owner: type[DOMNode]) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for key, binding in keys_of(owner):
        found.setdefault(key, set()).add(binding.id)
    return found


def test_no_list_takes_a_key_from_the_screen_around_it():
    taken = {key for key, _ in keys_of(RowList)}
    for owner in _ours():
        if issubclass(owner, Screen):
            assert not taken & {key for key, binding in keys_of(owner) if not binding.priority}, owner


# The mouse


async def test_the_mouse_does_what_keys_do(four: Path):
    app = InspectorApp(four, now=lambda: 1_790_000_065.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: selected(app) == 1, "shown")
        main = app.main

        async def click_column(name: str) -> None:
            names = main.query_one("#sessions-columns")
            at = names.render_line(0).text.index(name)
            await pilot.click(names, offset=(at, 0))

        await click_column("took")  # S, until it is that
        assert main.sessions.order == Sort(Column.DURATION, descending=True)
        assert "took▾" in main.query_one("#sessions-columns").render_line(0).text
        await click_column("took")
        assert main.sessions.order == Sort(Column.DURATION)
        await click_column("started")
        assert main.sessions.order == AS_THEY_CAME
        await pilot.click("#sessions-columns", offset=(0, 0))  # no column is there
        assert main.sessions.order == AS_THEY_CAME
        await pilot.click(main.panes.pane("events").title)  # 3
        assert focus(app) == "events-list"
        await pilot.click(main.sessions_pane.title)  # 0
        assert focus(app) == LIST
        before = len(main.list.outline)
        await pilot.click(main.list, offset=(30, 0), times=2)  # g, enter
        assert (cursor(app), len(main.list.outline) < before) == (0, True)
        await pilot.click(main.list, offset=(30, 0), times=2)
        assert len(main.list.outline) == before
        await pilot.click(main.list, offset=(30, main.list.outline.find("exchange:2") or 0))
        await until(pilot, lambda: selected(app) == 2, "the row that was clicked")
        await pilot.click("KeysLine", offset=(1, 0))  # the first of them, enter
        assert focus(app) == "events-list"
