"""One of a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.ui.widgets.choice import Choice


async def test_arrows_and_clicks_choose(host: Callable[..., Any]):
    choice = Choice(["request", "response", "event"], "request", id="point")
    app = host(choice)
    async with app.run_test(size=(60, 5)) as pilot:
        assert choice.render_line(0).text.startswith(" [request] response  event ")
        choice.focus()
        await pilot.press("left")
        assert choice.chosen == "event"
        await pilot.press("right", "space")
        assert choice.chosen == "response"
        assert choice.render_line(0).text.startswith("  request [response] event ")
        await pilot.click(choice, offset=(22, 0))
        assert choice.chosen == "event"
        await pilot.click(choice, offset=(50, 0))
        assert choice.chosen == "event"
