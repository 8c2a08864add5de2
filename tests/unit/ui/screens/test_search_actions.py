"""Searching in a pane by its keys."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.ui.app import InspectorApp
from inspector.ui.screens.line import LineScreen
from inspector.ui.view import wrap
from inspector.ui.view.rows import Tone
from inspector.ui.widgets.pane import Pane
from inspector.ui.widgets.row_list import RowList

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]


async def opened(app: InspectorApp, pilot: Pilot[Any], until: Until) -> None:
    await until(pilot, lambda: app.main.panes.view is not None)
    await pilot.press("1", "g")


def title(pane: Pane) -> str:
    return pane.title_row(60).text


def under_cursor(found: RowList) -> str:
    return found.outline.row(found.cursor)[0].text


async def test_hits_are_found_as_one_types_folded_or_not(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot, until)
        pane = app.main.panes.pane("request")
        request = pane.list
        height = len(request.outline)
        await pilot.press("s", *"param")
        assert isinstance(app.screen, LineScreen)
        await until(pilot, lambda: "1 of " in title(pane))
        assert "param" in under_cursor(request)
        assert len(request.outline) > height  # the tools were folded
        await pilot.press("escape")  # as it was before
        assert (len(request.outline), request.cursor, request.sought) == (height, 0, None)
        assert "of" not in title(pane).split()

        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        assert app.screen.query_one(Input).value == "param"
        await pilot.press(*"qz", "enter")
        await until(pilot, lambda: "not found" in title(pane))
        await pilot.press("s", "delete", "enter")
        assert request.sought is None


async def test_from_hit_to_hit_and_round(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot, until)
        pane = app.main.panes.pane("request")
        await pilot.press("s", *"use", "enter")
        await until(pilot, lambda: "1 of " in title(pane))
        count = int(title(pane).partition("1 of ")[2].split()[0])
        assert count > 1
        seen = [pane.list.place]
        for number in range(2, count + 1):
            await pilot.press("n")
            assert f"{number} of {count}" in title(pane)
            assert "use" in under_cursor(pane.list).lower()
            seen.append(pane.list.place)
        assert len(set(seen)) == count
        await pilot.press("n")
        assert (pane.list.place, "1 of" in title(pane)) == (seen[0], True)
        await pilot.press("N")
        assert pane.list.place == seen[-1]
        spans = pane.list.outline.row(pane.list.cursor)[0].left
        assert all(span.tone is not Tone.HIT for span in spans)  # only drawn so

        await pilot.press("2", "n")  # the same text in another pane
        payload = app.main.panes.pane("payload")
        await until(pilot, lambda: "of" in title(payload).split())
        assert pane.list.sought is None
        assert "use" in under_cursor(payload.list).lower()


async def test_another_exchange_is_searched_anew(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot, until)
        pane = app.main.panes.pane("request")
        await pilot.press("s", *"1 f", "enter")
        await until(pilot, lambda: "not found" in title(pane))
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: app.main.panes.view and app.main.panes.view.exchange.id == 2)
        assert "not found" not in title(pane)
        await pilot.press("1", "n")
        await until(pilot, lambda: "1 of 1" in title(pane))
        assert "1 failed" in under_cursor(pane.list)


async def test_a_long_text_is_laid_out_in_a_thread_after_it_was_told_that_it_is_searched(
    stage: Any, until: Until, monkeypatch: pytest.MonkeyPatch
):
    stage.ask(stage.request([stage.message("user", "é words " * 40_000 + "whale")]), after=0)
    stage.settle()
    told: list[str] = []
    laid_out: list[tuple[threading.Thread, str]] = []

    def lay_out(*given: Any) -> Any:
        if len(given[0]) > wrap.SLOW:
            laid_out.append((threading.current_thread(), told[-1]))
        return first_lay_out(*given)

    first_lay_out, first_tell = wrap._lay_out, Pane.tell_found
    monkeypatch.setattr(wrap, "_lay_out", lay_out)
    monkeypatch.setattr(Pane, "tell_found", lambda pane, words: (told.append(words), first_tell(pane, words)))
    app = InspectorApp(stage.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot, until)
        pane = app.main.panes.pane("request")
        await pilot.press("s")
        app.screen.query_one(Input).value = "whale"
        await until(pilot, lambda: "1 of 1" in told)
        assert "whale" in under_cursor(pane.list)
    assert [(thread is threading.main_thread(), words) for thread, words in laid_out] == [
        (False, "searching …")
    ]


async def test_nothing_to_search_for_is_said(turn: Path, until: Until, monkeypatch: pytest.MonkeyPatch):
    app = InspectorApp(turn)
    said: list[str] = []
    monkeypatch.setattr(app, "notify", lambda words, **_: said.append(words))
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot, until)
        await pilot.press("n")
        await until(pilot, lambda: said)
        assert said == ["Nothing is searched for yet: s does."]
