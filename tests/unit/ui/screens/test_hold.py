"""The hold screen: its queue and its rules while others decide, and what a person does there."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.capture.holds import RELEASED, Act, Point
from inspector.settings import Settings
from inspector.ui.actions import programs
from inspector.ui.app import InspectorApp
from inspector.ui.hold_watch import HoldNews
from inspector.ui.screens.hold import HoldScreen
from inspector.ui.screens.hold_answer import AnswerScreen
from inspector.ui.screens.hold_edit import HeldEditScreen
from inspector.ui.screens.hold_rule import RuleScreen
from inspector.ui.widgets.json_editor import JsonEditor

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]
Eventually = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
def app(held: Any) -> InspectorApp:
    return InspectorApp(held.path, now=lambda: held.NOW)


async def opened(app: InspectorApp, pilot: Pilot[Any], until: Until) -> HoldScreen:
    """The screen, with all that is held in it."""
    await until(pilot, lambda: app.main.exchange and len(app.main.holds.waits) == 3)
    await pilot.press("H")
    await until(pilot, lambda: isinstance(app.screen, HoldScreen) and len(app.screen.queue.outline) == 3)
    assert isinstance(app.screen, HoldScreen)
    return app.screen


def rows(screen: HoldScreen) -> list[str]:
    outline = screen.queue.outline
    return [outline.row(number)[0].text for number in range(len(outline))]


def told(app: InspectorApp) -> str:
    return "\n".join(str(each.message) for each in app._notifications)


async def test_what_comes_in_moves_neither_keys_nor_cursor_and_what_ends_stays_below_it(
    app: InspectorApp, held: Any, until: Until
):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen = await opened(app, pilot, until)
        await pilot.press("j")
        assert screen.looked_at.outline.visible[0].key == "status"
        held.hold(4, since=1)
        await until(pilot, lambda: len(rows(screen)) == 4)
        assert (app.focused, screen.queue.place[0]) == (screen.queue, "held:2")
        # Another app is faster.
        assert held.other.decide(2, RELEASED)
        await until(pilot, lambda: f"released by {held.other.me}" in rows(screen)[1])
        assert screen.queue.place[0] == "held:2"
        await pilot.press("p")
        await until(pilot, lambda: "Nothing is held here." in told(app))
        assert [one.held.id for one in app.main.holds.waits] == [1, 3, 4]
        await pilot.press("j")
        assert [row[:5].split()[-1] for row in rows(screen)] == ["1", "3", "4"]
        assert screen.queue.place[0] == "held:3"
        # What this app decides goes at once, and the cursor stands on the one behind it.
        await pilot.press("p")
        await until(pilot, lambda: len(rows(screen)) == 2)
        assert screen.queue.place[0] == "held:4"
        assert held.other.get(3).decision == RELEASED


async def test_too_late_is_told(app: InspectorApp, held: Any, until: Until):
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await opened(app, pilot, until)
        chosen = screen.waits
        assert chosen is not None
        assert held.other.decide(1, RELEASED)
        screen.decide([chosen], RELEASED)
        await until(pilot, lambda: f"Too late for number 1: released by {held.other.me}." in told(app))


async def test_it_is_edited_answered_and_dropped(app: InspectorApp, held: Any, until: Until):
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(app, pilot, until)
        await pilot.press("enter")
        assert app.focused is not None
        assert app.focused.id == "hold-look-list"
        await pilot.press("escape", "e")
        await until(pilot, lambda: isinstance(app.screen, HeldEditScreen))
        edit = app.screen
        assert isinstance(edit, HeldEditScreen)
        body = json.loads(edit.editor.text)
        edit.editor.load('{"model": }')  # type: ignore[union-attr]  # it is JSON
        await pilot.press("ctrl+s")
        assert app.screen is edit
        assert "Line 1, column 11: " in edit.query_one("#hold-edit-problem").render_line(0).text  # type: ignore[attr-defined]  # rows
        await pilot.press("escape", "e")
        await until(pilot, lambda: isinstance(app.screen, HeldEditScreen))
        edit = app.screen
        assert isinstance(edit, HeldEditScreen)
        assert edit.editor.text == '{"model": }', "what was written is there again"
        edit.editor.load(json.dumps({**body, "model": "other"}))  # type: ignore[union-attr]  # it is JSON
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(app.main.holds.waits) == 2)
        decision = held.other.get(1).decision
        assert (decision.act, json.loads(decision.body)["model"]) == (Act.EDIT, "other")

        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AnswerScreen))
        await pilot.press("left")
        status = app.screen.query_one("#hold-status", Input)
        assert status.display
        status.value = "4x9"
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, AnswerScreen)
        status.value = "503"
        app.screen.query_one("#hold-body", JsonEditor).load("{}")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(app.main.holds.waits) == 1)
        decision = held.other.get(2).decision
        assert (decision.act, decision.status, decision.body) == (Act.ANSWER, 503, b"{}")

        await pilot.press("d")
        assert app.screen is not app.main.hold_screen
        assert "release_all" in {bound.binding.action for bound in screen.active_bindings.values()}
        await pilot.press("2")
        await until(pilot, lambda: not app.main.holds.waits)
        assert held.other.get(3).decision.act is Act.DROP
        # Keys that have nothing to decide about are not offered.
        await until(
            pilot,
            lambda: "release_all" not in {bound.binding.action for bound in screen.active_bindings.values()},
        )
        assert "back" in {bound.binding.action for bound in screen.active_bindings.values()}


async def test_in_another_program(
    app: InspectorApp, held: Any, until: Until, monkeypatch: pytest.MonkeyPatch
):
    def edit(command: list[str], text: str, name: str) -> str:
        assert (command, name) == (["myeditor"], "request.json")
        return text.replace('"my-gpt5"', '"mine"') + "\n"

    monkeypatch.setattr(programs, "edit", edit)
    monkeypatch.setattr(InspectorApp, "suspend", lambda _: nullcontext())
    app.settings = Settings(editor="myeditor")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, until)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, HeldEditScreen))
        await pilot.press("ctrl+o", "ctrl+s")
        await until(pilot, lambda: len(app.main.holds.waits) == 2)
        assert json.loads(held.other.get(1).decision.body)["model"] == "mine"


async def test_what_ends_while_it_is_edited_or_answered_says_so_and_keeps_the_text(
    app: InspectorApp, held: Any, until: Until
):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen = await opened(app, pilot, until)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, HeldEditScreen))
        edit = app.screen
        heading = edit.query_one("#hold-edit-heading")
        await until(pilot, lambda: "goes on by itself in 1:57" in heading.render_line(0).text)  # type: ignore[attr-defined]  # rows
        assert held.other.decide(1, RELEASED)
        await until(pilot, lambda: "⚠ released by inspector hold" in heading.render_line(0).text)  # type: ignore[attr-defined]  # rows
        await pilot.press("x", "ctrl+s")
        problem = edit.query_one("#hold-edit-problem")
        assert "Too late for number 1: released by" in problem.render_line(0).text  # type: ignore[attr-defined]  # rows
        assert app.screen is edit, "what was written is not lost"

        await pilot.press("escape", "j", "a")
        await until(pilot, lambda: isinstance(app.screen, AnswerScreen))
        answer = app.screen
        assert held.other.decide(2, RELEASED)
        await until(pilot, lambda: len(screen.news.waits) == 1)
        await pilot.press("ctrl+s")
        assert app.screen is answer
        assert "Too late for number 2: released by" in told(app)


async def test_news_that_come_while_it_is_taken_apart_are_none_of_its(
    app: InspectorApp, held: Any, until: Until
):
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot, until)
        await screen.query_one("#hold-rules-list").remove()
        shown = len(screen.queue.outline)
        screen.take(HoldNews())
        screen._tick()
        assert (len(screen.news.waits), len(screen.queue.outline)) == (0, shown)


async def test_rules_are_written_switched_off_and_on(
    app: InspectorApp, held: Any, until: Until, eventually: Eventually
):
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(app, pilot, until)
        await pilot.press("n")
        form = app.screen
        assert isinstance(form, RuleScreen)
        assert form.query_one("#hold-filter", Input).value == "session:thread-1"
        await pilot.press("backspace", *"status:x")
        assert "▴ " in form.query_one("#hold-form-problem").render_line(0).text  # type: ignore[attr-defined]  # rows
        await pilot.press("enter")
        assert app.screen is form, "a wrong one is not taken"
        await pilot.press("backspace", *"429")
        form.query_one("#hold-seconds", Input).value = "soon"
        await pilot.press("enter")
        assert app.screen is form
        form.query_one("#hold-seconds", Input).value = "30"
        await pilot.press("tab", "left", "tab")
        app.screen.query_one("#hold-types", Input).value = "a.*, b"
        await pilot.press("enter")
        await until(pilot, lambda: len(app.main.holds.rules) == 3)
        rule = app.main.holds.rules[-1]
        assert (rule.filter, rule.point, rule.types, rule.seconds, rule.mine) == (
            "status:429", Point.EVENT, ("a.*", "b"), 30.0, True)  # fmt: skip

        screen.rules.focus()
        await pilot.press("G", "space")
        await until(pilot, lambda: len(app.main.holds.rules) == 2)
        assert "off" in screen.rules.outline.row(2)[0].text
        await pilot.press("G", "space")
        await until(pilot, lambda: len(app.main.holds.rules) == 3)
        assert not screen.off
        await pilot.press("G", "enter")
        assert isinstance(app.screen, RuleScreen)
        app.screen.query_one("#hold-filter", Input).value = "model:x"
        await pilot.press("ctrl+s")
        await until(
            pilot,
            lambda: [rule.filter for rule in app.main.holds.rules][2:] == ["model:x"],
        )
    await eventually(lambda: len(held.other.rules()) == 2)  # they are gone with the app
