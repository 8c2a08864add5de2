"""The diff screen by its keys, from the list of sessions and back to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.capture.marks import put_mark
from inspector.capture.reader import Reader
from inspector.ui.app import InspectorApp
from inspector.ui.screens.diff import DiffScreen
from inspector.ui.view.diff.content import Side

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


def rows(screen: DiffScreen) -> list[str]:
    outline = screen.list.outline
    return [outline.row(n)[0].text for n in range(len(outline))]


async def selected(pilot: Pilot[Any], until: Until, number: int) -> None:
    main = pilot.app.main
    await until(pilot, lambda: main.was_read and main.selected is not None)
    while main.selected != number:
        before = main.selected
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda before=before: main.selected != before)


async def opened(pilot: Pilot[Any], until: Until, key: str = "d") -> DiffScreen:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffScreen))
    screen = pilot.app.screen
    await until(pilot, lambda: screen.content is not None and len(screen.list.outline))
    return screen


async def test_against_the_previous_request_and_back(changed: Path, until: Until):
    app = InspectorApp(changed)
    async with app.run_test(size=(100, 40)) as pilot:
        await selected(pilot, until, 2)
        screen = await opened(pilot, until)
        assert (screen.older, screen.newer) == (1, 2)
        assert app.focused is screen.list
        assert rows(screen)[0] == "+ 2 items added: message assistant, message user"
        await pilot.press("escape")
        assert app.screen is app.main
        assert app.main.selected == 2
        await opened(pilot, until)
        await pilot.press("d")
        assert app.screen is app.main


async def test_both_halves_and_their_json(changed: Path, until: Until):
    app = InspectorApp(changed)
    async with app.run_test(size=(100, 40)) as pilot:
        await selected(pilot, until, 2)
        screen = await opened(pilot, until)
        await pilot.press("r")
        assert screen.side is Side.RESPONSE
        assert rows(screen)[0] == "≠ 1 output item changed: message assistant"
        await pilot.press("x")
        assert rows(screen)[:2] == ["{", '  "items": [']
        await pilot.press("r")
        assert '  "prefix": {' in rows(screen)
        await pilot.press("x")
        assert rows(screen)[0].startswith("+ 2 items")
        await pilot.press("y", "enter")
        await until(pilot, lambda: '"compaction": null' in app.clipboard)


async def test_from_change_to_change(changed: Path, until: Until):
    app = InspectorApp(changed)
    async with app.run_test(size=(100, 40)) as pilot:
        await selected(pilot, until, 2)
        screen = await opened(pilot, until)
        seen = []
        for _ in range(screen.content.changes[Side.REQUEST] + 1):
            await pilot.press("right_square_bracket")
            seen.append(screen.list.node.key)
        assert len(set(seen)) == 10  # every change, and at the last it stays
        await pilot.press("left_square_bracket")
        assert screen.list.node.key == seen[-3]


async def test_a_folded_section_opens_for_the_change_in_it(changed: Path, until: Until):
    app = InspectorApp(changed)
    async with app.run_test(size=(100, 40)) as pilot:
        await selected(pilot, until, 2)
        screen = await opened(pilot, until)
        outline = screen.list.outline
        for key in ("settings", "tools", "items"):
            outline.fold(next(node for node in outline.nodes if node.key == key), False)
        screen.list.select("tools")
        await pilot.press("right_square_bracket")
        assert screen.list.node.key.startswith("tools:")
        screen.list.select("tools")
        await pilot.press("left_square_bracket")
        assert screen.list.node.key.startswith("settings#")
        assert not outline.is_open(next(node for node in outline.nodes if node.key == "items"))


async def test_from_the_summary_to_what_it_is_about_and_to_what_is_searched(changed: Path, until: Until):
    app = InspectorApp(changed)
    async with app.run_test(size=(100, 40)) as pilot:
        await selected(pilot, until, 2)
        screen = await opened(pilot, until)
        screen.list.outline.fold(
            next(node for node in screen.list.outline.nodes if node.key == "tools"), False
        )
        screen.list.select("summary:tools:vanished")
        await pilot.press("enter")
        assert screen.list.node.key == "tools:-/tools/1"
        screen.list.select("summary:prefix")
        await pilot.press("enter", "right", *["down"] * 10)
        screen.list.select("summary:prefix:place")
        await pilot.press("enter")
        assert screen.list.node.key == "settings"
        await pilot.press("s", *"Pin it", "enter")
        await until(pilot, lambda: app.screen is screen and screen.list.node.key == "items:/input/7")


async def test_the_first_request_of_a_session_has_nothing_before_it(changed: Path, until: Until):
    app = InspectorApp(changed)
    async with app.run_test(size=(100, 40)) as pilot:
        await selected(pilot, until, 1)
        for key in ("d", "D"):
            await pilot.press(key)
            await pilot.pause()
            assert app.screen is app.main
        told = [notification.message for notification in app._notifications]
        assert told[0].startswith("No request before this one in its session.")
        assert told[1].startswith("Nothing to compare with: mark an exchange")


@pytest.mark.parametrize(("marked", "at", "pair"), [([1], 3, (1, 3)), ([1, 3], 2, (1, 3))])
async def test_marked_exchanges(
    changed: Path, until: Until, marked: list[int], at: int, pair: tuple[int, int]
):
    reader = Reader(changed)
    for number in marked:
        put_mark(changed, reader.exchange(number), True)
    reader.close()
    app = InspectorApp(changed)
    async with app.run_test(size=(100, 40)) as pilot:
        await selected(pilot, until, at)
        screen = await opened(pilot, until, "D")
        assert (screen.older, screen.newer) == pair


async def test_what_is_gone_is_said(changed: Path, until: Until):
    app = InspectorApp(changed)
    async with app.run_test(size=(100, 40)) as pilot:
        screen = DiffScreen(changed, 1, 99)
        app.push_screen(screen)
        await until(pilot, lambda: screen.problem)
        assert screen.problem == "The capture has no exchange 99 any more."
        await pilot.press("r", "x", "y", "right_square_bracket", "escape")
        assert app.screen is app.main
