"""The main screen by its keys: each does what its tooltip says, and what grows does not steal the place."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.capture import connect
from inspector.capture.model import Exchange
from inspector.capture.schema import MIGRATIONS
from inspector.capture.tail import Tail
from inspector.formats import cache
from inspector.protocol.progress import Progress, untold
from inspector.proxy.registry import Running
from inspector.settings import Settings
from inspector.ui import capture_watch, exchange_watch
from inspector.ui.app import InspectorApp
from inspector.ui.screens.help import HelpScreen
from inspector.ui.screens.text import TextScreen
from inspector.ui.view.reading import ExchangeView, Reading
from inspector.ui.widgets import pane
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList
from inspector.ui.widgets.sessions_pane import SessionsPane

PATIENCE = 20.0
Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


class Standing:
    """A proxy that says what the test wants."""

    def __init__(self, *, ours: bool = True, **changes: Any) -> None:
        told: dict[str, Any] = {
            "pid": 1, "listening": "http://127.0.0.1:8080", "base_url": "http://127.0.0.1:8080/a.b/openai/v1",
            "capture": Path("x.db"), "upstream": "https://a.b/openai/v1", "mode": "observe", "forward": False,
            "started": 0.0,
        }  # fmt: skip
        self.running: Running | None = Running(**{**told, **changes})
        self.ours = ours
        self.stopped = False

    def look(self) -> Running | None:
        return self.running

    def stop(self) -> bool:
        self.stopped = True
        return True


def shown(app: InspectorApp) -> int | None:
    view = app.main.panes.view
    return view.exchange.id if view is not None and view.exchange.id == app.main.selected else None


def rows(app: InspectorApp, name: str) -> str:
    outline = app.main.panes.pane(name).list.outline
    return "\n".join(outline.row(n)[0].text for n in range(len(outline)))


async def test_keys_of_a_finished_capture(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        for key, name in zip("1234", app.main.panes.NAMES, strict=True):
            await pilot.press(key)
            assert app.focused is app.main.panes.pane(name).list
        await pilot.press("0")
        assert app.focused is app.main.list
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: shown(app) == 2)
        await pilot.press("left_curly_bracket")
        await until(pilot, lambda: shown(app) == 1)
        events = app.main.panes.pane("events").list
        before = events.cursor
        await pilot.press("right_square_bracket", "right_square_bracket", "left_square_bracket")
        assert events.cursor == before + 1
        await pilot.press("1", "x")
        assert rows(app, "request").startswith("{")
        await pilot.press("x")
        assert '"model"' in rows(app, "request")
        await pilot.press("x")
        assert rows(app, "request").startswith("settings")
        await pilot.press("z")
        assert app.main.has_class("-zoomed")
        assert not app.main.query_one("#sessions").display
        await pilot.press("z")
        assert app.main.query_one("#sessions").display
        await pilot.press("u")  # nothing stood between: it says so, and nothing changes
        assert "200 OK" in rows(app, "events")
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("question_mark")
        assert app.screen is app.main
        await pilot.press("escape")
        assert app.focused is app.main.list
        await pilot.press("q")
    assert app.return_value is None


async def test_keys_of_a_list(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("1", "g")
        request = app.main.panes.pane("request").list
        assert request.cursor == 0
        await pilot.press("j", "down", "k", "up")
        assert request.cursor == 0
        height = len(request.outline)
        await pilot.press("enter")
        assert len(request.outline) < height
        await pilot.press("l")
        assert len(request.outline) == height
        await pilot.press("l")
        assert request.cursor == 1
        await pilot.press("h")
        assert request.cursor == 0
        await pilot.press("left")
        assert len(request.outline) < height
        await pilot.press("right", "G")
        assert request.cursor == len(request.outline) - 1
        await pilot.press("home")
        assert request.cursor == 0


async def test_reflections_light_up_in_the_other_panes(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        request, payload = (app.main.panes.pane(name).list for name in ("request", "payload"))
        await pilot.press("1", "g")
        request.select("/input/2", by_person=True)
        await until(pilot, lambda: "in:/input/2" in payload.lit)
        assert any(payload.lit & node.links for node in payload.outline.visible)


async def test_growth_is_followed_until_a_person_chooses(stage: Any, until: Until):
    first = stage.ask(stage.request([stage.message("user", "one")]), after=0)
    stage.settle()
    app = InspectorApp(stage.path, proxy=Standing())
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        assert "waiting for the answer" in rows(app, "events")
        stage.ask(stage.request([stage.message("user", "two")]), after=1)
        await until(pilot, lambda: shown(app) == 2)
        await pilot.press("left_curly_bracket")
        await until(pilot, lambda: shown(app) == 1)
        stage.head(first, after=0.1)
        stage.send(
            first, [*stage.beginning("resp_1"), *stage.text_events(0, "msg_1", ["Hello ", "you"])], after=0.2
        )
        stage.ask(stage.request([stage.message("user", "three")]), after=2)
        await until(pilot, lambda: 3 in app.main.sessions.exchanges and "Hello you" in rows(app, "answer"))
        assert app.main.selected == shown(app) == 1
        await pilot.press("f")
        await until(pilot, lambda: shown(app) == 3)
        app.main.list.action_top()  # a person's move, of which the screen has not been told
        third = app.main.sessions.exchanges[3]
        app.main.take_exchanges(
            [replace(third, id=4, revision=third.revision + 1, started=third.started + 1)]
        )
        app.main.lead()
        assert app.main.list.cursor == 0
        await until(pilot, lambda: not app.main.following)


async def test_enter_on_an_exchange_goes_into_its_panes(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("3", "0", "z", "enter")  # from the list alone, too
        assert app.focused is app.main.panes.pane("events").list
        assert app.focused.display
        await pilot.press("0", "k", "enter")
        assert app.focused is app.main.list  # what can be unfolded is unfolded


@pytest.mark.parametrize(("width", "shape"), [(80, "-tabs"), (120, "-strip"), (160, "-columns")])
async def test_the_shape_follows_the_width_and_the_place_is_kept(
    turn: Path, until: Until, width: int, shape: str
):
    app = InspectorApp(turn)
    async with app.run_test(size=(150, 40)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("right_curly_bracket", "3", "j", "j")
        await until(pilot, lambda: shown(app) == 2)
        events = app.main.panes.pane("events").list
        at = events.node
        await pilot.resize_terminal(width, 30)
        await until(pilot, lambda: app.main.has_class(shape))
        assert app.main.selected == 2
        assert events.node is at
        assert app.main.query_one("#tabs").display == (shape == "-tabs")
        visible = [name for name in app.main.panes.NAMES if app.main.panes.pane(name).display]
        assert visible == (["events"] if shape == "-tabs" else list(app.main.panes.NAMES))


async def test_while_it_is_read_no_other_exchange_is_shown_in_its_place(
    turn: Path, until: Until, monkeypatch: pytest.MonkeyPatch
):
    gate = threading.Event()

    class Slow(Reading):
        def view(self, progress: Progress = untold) -> ExchangeView:
            while self.detail.exchange.id == 2 and not gate.wait(0.01):
                progress(0, 1)
            return super().view(progress)

    monkeypatch.setattr(exchange_watch, "Reading", Slow)
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        panes = app.main.panes
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("1", "g", "down", "down")
        request, place = panes.pane("request").list, panes.pane("request").list.place
        assert place[0] not in (None, request.outline.visible[0].key)
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: rows(app, "request") == "reading …")
        assert [rows(app, name) for name in panes.NAMES] == ["reading …"] * 4
        titles = [panes.pane(name).title_row(60).text.strip().split(maxsplit=1) for name in panes.NAMES]
        assert titles == [[str(n + 1), panes.LABELS[name]] for n, name in enumerate(panes.NAMES)]
        assert app.main.shown is None
        await pilot.press("x", "u", "right_square_bracket", "space", "w", "T", "L", "down", "tab")
        assert [rows(app, name) for name in panes.NAMES] == ["reading …"] * 4

        await pilot.press("left_curly_bracket")
        await until(pilot, lambda: shown(app) == 1)  # read anew: it is not there any more
        assert (request.place, panes.events.playback.at) == (place, None)
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: rows(app, "answer") == "reading …")
        gate.set()
        await until(pilot, lambda: shown(app) == 2)
        assert all("reading …" not in rows(app, name) for name in panes.NAMES)
        assert request.place == place
        await pilot.press("left_curly_bracket", "right_curly_bracket")
        await until(pilot, lambda: app.main._late is None)
        assert shown(app) == 2


async def test_the_guide_and_its_copy(stage: Any, until: Until):
    app = InspectorApp(stage.settle(), proxy=Standing())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.has_class("-empty"))
        await pilot.press("c")
        assert app.clipboard == app.main.guide.lines != ""
        stage.ask(stage.request([stage.message("user", "one")]), after=0)
        await until(pilot, lambda: shown(app) == 1)
        assert not app.main.has_class("-empty")
        assert app.focused is app.main.list


@pytest.mark.parametrize("problem", [None, "The disk is full; the traffic goes on."])
async def test_a_capture_that_is_not_there_yet(tmp_path: Path, until: Until, problem: str | None):
    app = InspectorApp(tmp_path / "none.db", proxy=Standing(problem=problem))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.has_class("-empty"))
        assert app.main.facts.problem == problem
        assert app.main.query_one("#banner").display == (problem is not None)
        assert "base_url" in app.main.guide.lines


async def test_a_missing_file_without_a_proxy_is_said(tmp_path: Path, until: Until):
    app = InspectorApp(tmp_path / "none.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.facts.problem)
        assert "none.db" in str(app.main.facts.problem)


async def test_the_events_pane_flips_between_what_passed_and_what_it_amounts_to(four: Path, until: Until):
    app = InspectorApp(four)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        events = app.main.panes.pane("events")
        assert ("completed" in rows(app, "events"), events.state) == (True, "derived")
        await pilot.press("u")
        assert ("[DONE]" in rows(app, "events"), events.state) == (True, "as passed")
        await pilot.press("3", "x")
        assert rows(app, "events").startswith("data: {")
        await pilot.press("x", "u", "x")
        assert rows(app, "events").startswith("data: {")  # the raw form is what passed, in either
        await pilot.press("x", "right_curly_bracket")
        await until(pilot, lambda: shown(app) == 2)
        assert events.state == ""
        await pilot.press("u")
        assert ("[DONE]" in rows(app, "events"), events.state) == (True, "upstream")


async def test_the_middle_pane_is_named_for_what_it_shows(four: Path, until: Until):
    app = InspectorApp(four)
    async with app.run_test(size=(160, 45)) as pilot:
        for number, label in enumerate(
            ("Chat payload", "Chat sent", "Repaired request", "Chat payload"), start=1
        ):
            await until(pilot, lambda number=number: shown(app) == number)
            assert app.main.panes.pane("payload").label == label
            await pilot.press("right_curly_bracket")


async def test_the_cursor_on_an_answer_lights_up_its_chat_form(four: Path, until: Until):
    app = InspectorApp(four)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        app.main.select(4, by_person=True)
        await until(pilot, lambda: shown(app) == 4)
        payload = app.main.panes.pane("payload").list
        await pilot.press("4", "j", "g")
        await until(pilot, lambda: payload.lit)
        lit = [node.key for node in payload.outline.visible if payload.lit & node.links]
        assert lit == ["answer:message"]


async def test_what_an_answer_amounts_to_grows_below_the_payload(stage: Any, until: Until):
    asked = stage.ask(stage.request([stage.message("user", "one")]), after=0)
    stage.head(asked, after=0.1)
    stage.settle()
    app = InspectorApp(stage.path, proxy=Standing())
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1 and "streaming" in rows(app, "events"))
        await pilot.press("2", "G")
        payload = app.main.panes.pane("payload").list
        place = payload.node
        assert "as chat" not in rows(app, "payload")
        events = [*stage.beginning("resp_1"), *stage.text_events(0, "msg_1", ["Hello ", "you"])]
        last = stage.send(asked, events, after=0.2)
        await until(pilot, lambda: "Hello you" in rows(app, "payload"))
        assert "finish_reason  not yet" in rows(app, "payload")
        assert payload.node is place
        stage.send(asked, [stage.completed("resp_1", 9, 0, 2, [])], after=last + 0.1)
        stage.end(asked, after=last + 0.1)
        await until(pilot, lambda: "finish_reason  stop" in rows(app, "payload"))


async def test_tabs_and_panes_take_clicks(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        tabs = list(app.main.query("#tabs > PaneTitle"))
        await pilot.click(tabs[2])
        await until(pilot, lambda: app.focused is app.main.panes.pane("events").list)
        await pilot.click("#sessions-list", offset=(20, 3))
        await until(pilot, lambda: shown(app) == 2)
        assert app.focused is app.main.list
        await pilot.click("#events-list", offset=(3, 1))
        assert app.main.panes.active == "events"
        assert app.main.panes.pane("events").list.cursor == 1


async def test_a_long_capture_is_shown_from_its_beginning_while_the_rest_is_read(
    stage: Any, until: Until, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(capture_watch, "FIRST", 2)
    monkeypatch.setattr(capture_watch, "FIRST_SEEN", PATIENCE)
    for n in range(6):
        stage.ask(stage.request([stage.message("user", f"prompt {n}")]), after=n)
    stage.settle()
    told: list[tuple[str, str]] = []
    read: list[int] = []
    app = InspectorApp(stage.path, when_read=lambda: read.append(len(app.main.sessions.exchanges)))
    monkeypatch.setattr(
        SessionsPane, "tell", lambda _, **words: told.append((words["counts"], words["state"]))
    )
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: app.main.was_read)
        assert len(app.main.sessions.exchanges) == 6
        assert app.main.selected == 1
        assert [told[0], told[-1]] == [("2", "reading …"), ("6", "")]
        await until(pilot, lambda: read)
    assert read == [6]


async def test_what_there_is_to_know_about_the_file_stands_below_the_header(turn: Path, until: Until):
    older = turn.with_name("older.db")
    connect.create(older, MIGRATIONS[:-1])
    app = InspectorApp(older)
    async with app.run_test(size=(160, 45)) as pilot:
        banner = app.main.query_one("#banner", RowLines)
        await until(pilot, lambda: "inspector captures migrate" in banner.render_line(0).text)
        assert banner.has_class("-quiet")
        older.unlink()
        await until(pilot, lambda: "older.db was deleted or moved" in banner.render_line(0).text)
        assert not banner.has_class("-quiet")


async def test_the_title_tells_how_much_of_a_long_capture_was_read(
    turn: Path, until: Until, monkeypatch: pytest.MonkeyPatch
):
    goes_on = threading.Event()

    def slowly(tail: Tail, progress: Progress = untold) -> list[Exchange]:
        deadline = time.monotonic() + PATIENCE
        while not goes_on.wait(0.01):
            assert time.monotonic() < deadline
            progress(46, 100)
        return found(tail)

    found = Tail.poll
    monkeypatch.setattr(capture_watch, "EVERY", 0.0)
    monkeypatch.setattr(pane, "AFTER", 0.0)
    monkeypatch.setattr(Tail, "poll", slowly)
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        title = app.main.sessions_pane.title_row
        await until(pilot, lambda: "reading …" in title(56).text and " 46 %" in title(56).text)
        goes_on.set()
        await until(pilot, lambda: app.main.was_read and "%" not in title(56).text)


async def test_the_list_of_files_grows_and_is_told_by_the_key_that_shows_it(
    read_in: Any, until: Until, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cache, "is_one", lambda _: True)
    app = InspectorApp(read_in.path, settings=Settings(keys={"files.list": ("F",)}))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.files.imports)
        assert app.main.called == "session"
        assert (app.main.facts.capture, app.main.facts.size) == ("session.mitm", read_in.SIZE)
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, TextScreen) and app.screen.is_mounted)
        files = app.screen.query_one(RowList).outline
        assert "being read" in files.row(0)[0].text
        read_in.end()
        await until(pilot, lambda: "unread" in app.screen.query_one(RowList).outline.row(0)[0].text)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        banner = app.main.query_one("#banner", RowLines)
        assert banner.render_line(0).text.rstrip().endswith("F lists what is missing.")
