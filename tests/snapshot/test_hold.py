"""What is held: the screen of rules and queue, its forms, and the list that marks what waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.ui.app import InspectorApp
from inspector.ui.screens.hold import HoldScreen
from inspector.ui.screens.hold_answer import AnswerScreen
from inspector.ui.screens.hold_rule import RuleScreen
from inspector.ui.widgets.json_editor import JsonEditor

SIZES = {"small": (80, 24), "large": (120, 40)}


def is_held(app: Any) -> bool:
    """All three are known, and told of no more."""
    app.clear_notifications()
    return len(app.main.holds.waits) == 3 and not app.query("Toast")


def is_open(app: Any) -> bool:
    return is_held(app) and isinstance(app.screen, HoldScreen) and app.main.holds.passes is True


def is_checked(app: Any) -> bool:
    return isinstance(app.screen, AnswerScreen) and app.screen.query_one(JsonEditor).is_checked


@pytest.fixture
def holding(held: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its other app has a number that does not change; nobody waits five seconds until a toast is gone."""
    monkeypatch.setattr(InspectorApp, "NOTIFICATION_TIMEOUT", 1.0)
    with held.desk._counted() as connection:
        connection.execute("UPDATE hold_apps SET pid = 4242, process = ''")
    monkeypatch.setattr("inspector.capture.held.rows.alive", lambda *_: True)
    return held


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
def test_queue(
    size: tuple[int, int],
    holding: Any,
    app: Callable[..., InspectorApp],
    after: Callable[..., Any],
    snap_compare: Callable[..., bool],
):
    """Three that wait: one whose time is nearly up, one that Codex will give up soon."""
    so = after("H", so=is_open)
    assert snap_compare(app(holding.path), terminal_size=size, run_before=so)


def test_list(
    holding: Any,
    app: Callable[..., InspectorApp],
    after: Callable[..., Any],
    snap_compare: Callable[..., bool],
):
    """The header counts, rows and groups are marked, p is told where it releases something."""
    so = after("}", then=2, so=is_held)
    assert snap_compare(app(holding.path), terminal_size=(120, 40), run_before=so)


def test_rule(
    holding: Any,
    app: Callable[..., InspectorApp],
    after: Callable[..., Any],
    snap_compare: Callable[..., bool],
):
    """A rule with a filter that cannot be read."""
    keys = ("H", "n", *"mo:x", "tab", "left")
    so = after(*keys, so=lambda app: isinstance(app.screen, RuleScreen) and is_held(app))
    assert snap_compare(app(holding.path), terminal_size=(80, 24), run_before=so)


def test_answer(
    holding: Any,
    app: Callable[..., InspectorApp],
    after: Callable[..., Any],
    snap_compare: Callable[..., bool],
):
    """An answer of one's own to a request: a status and a body."""
    so = after("H", "a", "left", so=lambda app: is_held(app) and is_checked(app))
    assert snap_compare(app(holding.path), terminal_size=(80, 24), run_before=so)
