"""A pane's title: what it tells, where the keys go, and that it can be clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.ui.view.rows import Tone
from inspector.ui.widgets.pane import Pane, PaneTitle

Host = Callable[..., Any]
SIZE = (40, 6)


def title(pane: Pane) -> str:
    return pane.title.render_line(0).text.rstrip()


async def test_the_title_tells_what_it_is_told(host: Host):
    pane = Pane("Chat payload", "2", id="payload")
    async with host(pane).run_test(size=SIZE) as pilot:
        assert title(pane).strip() == "2 Chat payload"
        pane.tell(count="12", counts="12 messages", losses=3, state="derived")
        pane.form = "json"
        await pilot.pause()
        assert title(pane) == " 2 Chat payload  de… ✂ 3  12 messages"
        pane.tell(counts="")
        pane.label, pane.form = "Repaired request", ""
        await pilot.pause()
        assert title(pane).strip() == "2 Repaired request"


async def test_how_far_something_is_when_it_takes_a_while(host: Host, monkeypatch: pytest.MonkeyPatch):
    pane = Pane("Events", "3", id="events")
    async with host(pane).run_test(size=SIZE):
        pane.tell_progress(1, 4)
        assert title(pane).strip() == "3 Events"
        monkeypatch.setattr("inspector.ui.widgets.pane.AFTER", 0.0)
        pane.tell_progress(2, 4)
        assert title(pane).strip() == "3 Events  ━━━━─────  50 %"
        pane.tell_progress()
        assert title(pane).strip() == "3 Events"


async def test_the_title_shows_where_the_keys_go(host: Host):
    first, second = Pane("Request", "1", id="request"), Pane("Events", "3", id="events")
    async with host(first, second).run_test(size=SIZE) as pilot:
        second.list.focus()
        await pilot.pause()
        names = [pane.title_row(40).left[1].tone for pane in (first, second)]
        assert names == [Tone.STRONG, Tone.ACCENT]


async def test_a_click_on_the_title_names_its_pane(host: Host):
    app = host(Pane("Events", "3", id="events"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(PaneTitle)
        await pilot.pause()
        assert [told.pane for told in app.told] == ["events"]


async def test_hostile_words_in_a_title_stay_words(host: Host):
    pane = Pane("Answer", "4", id="answer")
    async with host(pane).run_test(size=SIZE) as pilot:
        pane.tell(counts="[red]1[/]\x1b[2J")
        await pilot.pause()
        assert title(pane).endswith("[red]1[/]·[2J")
