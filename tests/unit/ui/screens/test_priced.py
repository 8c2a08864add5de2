"""Costs of the list: by the public prices, brought where a column shows them, and in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.prices import listed
from inspector.prices.listed import PriceList
from inspector.settings import Column, Settings
from inspector.ui.app import InspectorApp
from inspector.ui.view.columns import money

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]
COLUMNS = (Column.STATUS, Column.COST)


class Fixed:
    """A list by which a token costs a dollar."""

    version = "1.0"

    def cost(self, model: str, usage: Any, at: float) -> float | None:
        return float(usage.input_tokens)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[PriceList]:
    """The lists that were read."""
    found: list[Any] = []

    def once() -> Any:
        found.append(Fixed())
        return found[-1]

    monkeypatch.setattr(listed, "read", once)
    return found


def rows(app: InspectorApp) -> str:
    """All of the list, whatever is folded."""
    outline = app.main.list.outline
    stack = list(outline.nodes)
    while stack:
        node = stack.pop()
        outline.folds[node.key] = True
        stack.extend(node.below())
    outline.reflow()
    return "\n".join(outline.row(n)[0].text for n in range(len(outline)))


@pytest.mark.parametrize("sort", ["time", "-cost"])
async def test_the_list_is_read_once_and_shown(turn: Path, until: Until, read: list[Any], sort: str):
    app = InspectorApp(turn, settings=Settings(columns=COLUMNS, sort=sort))
    async with app.run_test(size=(100, 40)) as pilot:
        sessions = app.main.sessions
        await until(pilot, lambda: any(sessions.look.costs.of(one) for one in sessions.exchanges.values()))
        await pilot.pause()
        shown = rows(app)
        told = [money(each.usage.input_tokens) for each in sessions.exchanges.values() if each.usage]
        assert told
        assert [cost for cost in told if cost not in shown] == []
    assert len(read) == 1


async def test_without_a_cost_to_be_seen_it_is_not_read(turn: Path, until: Until, read: list[Any]):
    app = InspectorApp(turn)
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: app.main.was_read and app.main.selected is not None)
        await pilot.pause()
    assert read == []
