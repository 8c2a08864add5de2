"""The list by its keys: filtering, ordering, following, and what of it grows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.events import Key
from textual.pilot import Pilot

from inspector.settings import Column, Settings, Sort
from inspector.ui.app import InspectorApp
from inspector.ui.widgets.filter_box import FilterInput

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


def listed(app: InspectorApp) -> list[str]:
    return [node.key for node in app.main.list.outline.visible]


def shown(app: InspectorApp) -> int | None:
    view = app.main.panes.view
    return view.exchange.id if view is not None and view.exchange.id == app.main.selected else None


def remark(app: InspectorApp) -> list[str]:
    return [row.text for row in app.main.sessions_pane.filter_box._remark(100)]


async def test_a_filter_shows_what_fits_as_one_types(four: Path, until: Until) -> None:
    app = InspectorApp(four)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        everything = listed(app)
        await pilot.press("slash")
        for key in "mode:bridge":  # as fast as they come
            app.post_message(Key(key, key))
        await until(pilot, lambda: app.main.sessions_pane.filter_box.input.value == "mode:bridge")
        await pilot.pause()
        assert [key for key in listed(app) if key.startswith("exchange:")] == ["exchange:2"]
        assert app.main.sessions_pane.counts == "1 of 4"
        assert app.main.selected == 1, "whoever writes has chosen nothing yet"
        await pilot.press("enter")
        assert app.focused is app.main.list
        await until(pilot, lambda: shown(app) == 2)
        await pilot.press("slash")
        assert isinstance(app.focused, FilterInput)
        await pilot.press("escape", "1", "escape")
        assert app.focused is app.main.list
        assert app.main.sessions_pane.filter_box.input.value == "mode:bridge"
        await pilot.press("escape")
        assert listed(app) == everything
        assert app.main.sessions_pane.counts == "4"
        assert not app.main.sessions_pane.filter_box.display
        assert shown(app) == 2


async def test_a_wrong_filter_says_where_and_the_last_good_one_holds(four: Path, until: Until) -> None:
    app = InspectorApp(four)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("slash")
        app.main.sessions_pane.filter_box.put("id:4")
        await pilot.pause()
        assert app.main.sessions.count == 1
        app.main.sessions_pane.filter_box.put("id:4 status:abc")
        await pilot.pause()
        [line] = remark(app)
        place = len("/ ") - 1 + len("id:4 status:")
        assert line.startswith(" " * place + "▴ status: ")
        assert app.main.sessions.count == 1
        assert app.main.sessions_pane.filter_box.has_class("-wrong")
        await pilot.press("escape")
        assert app.main.sessions_pane.filter_box.input.value == "id:4"
        assert remark(app) == []


async def test_bodies_are_searched_in_a_thread(four: Path, until: Until) -> None:
    app = InspectorApp(four)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("slash")
        app.main.sessions_pane.filter_box.put("no-such-word")
        await until(pilot, lambda: app.main.sessions_pane.state != "")
        await until(pilot, lambda: app.main.sessions_pane.state == "")
        assert app.main.sessions_pane.counts == "0 of 4"
        app.main.sessions_pane.filter_box.put('"Never touch the main branch"')
        await until(pilot, lambda: app.main.sessions_pane.counts == "1 of 4")
        assert app.main.sessions.is_shown(3)
        await pilot.press("escape", "escape")
        assert app.main.sessions_pane.counts == "4"


async def test_what_comes_in_is_filtered_and_followed_only_if_it_fits(stage: Any, until: Until) -> None:
    stage.ask(stage.request([stage.message("user", "one")]), after=0)
    stage.settle()
    app = InspectorApp(stage.path)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("f", "slash")
        app.main.sessions_pane.filter_box.put("model:other")
        await pilot.press("enter")
        stage.ask(stage.request([stage.message("user", "two")]), after=1)
        stage.ask(stage.request([stage.message("user", "three")], model="other"), after=2)
        await until(pilot, lambda: shown(app) == 3)
        stage.ask(stage.request([stage.message("user", "four")]), after=3)
        await until(pilot, lambda: 4 in app.main.sessions.exchanges)
        assert [key for key in listed(app) if key.startswith("exchange:")] == ["exchange:3"]
        assert app.main.sessions_pane.counts == "1 of 4"
        assert app.main.selected == 3


async def test_a_growing_answer_is_looked_into_again(stage: Any, until: Until) -> None:
    asked = stage.ask(stage.request([stage.message("user", "one")]), after=0)
    stage.settle()
    app = InspectorApp(stage.path)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("slash")
        app.main.sessions_pane.filter_box.put("response:pangolin")
        await until(pilot, lambda: app.main.sessions_pane.state != "")
        await until(pilot, lambda: app.main.sessions_pane.state == "")
        assert app.main.sessions_pane.counts == "0 of 1"
        stage.head(asked, after=0.1)
        stage.send(asked, [*stage.beginning("r"), *stage.text_events(0, "m", ["pan", "golin"])], after=0.2)
        await until(pilot, lambda: app.main.sessions_pane.counts == "1 of 1")


async def test_the_order_of_the_list(turn: Path, until: Until) -> None:
    app = InspectorApp(turn, settings=Settings(columns=(Column.STATUS, Column.OUTPUT), sort="-tokens.out"))
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 3)
        assert listed(app) == ["exchange:3", "exchange:1", "exchange:2"]
        assert app.main.sessions_pane.state == "by tokens.out ▾"
        await pilot.press("S")
        assert app.main.sessions.order == Sort(Column.TIME)
        assert listed(app)[0].startswith("session:")
        assert shown(app) == 3
        await pilot.press("S", "S")
        assert app.main.sessions.order == Sort(Column.OUTPUT, descending=True)


async def test_a_folded_retry_is_unfolded_when_it_is_chosen(turn: Path, until: Until) -> None:
    app = InspectorApp(turn)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        assert "exchange:3" not in listed(app)
        await pilot.press("right_curly_bracket", "right_curly_bracket")
        await until(pilot, lambda: shown(app) == 3)
        assert "exchange:3" in listed(app)
