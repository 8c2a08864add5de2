"""Screens that come out the same everywhere: a standing clock, one size for every file, UTC."""

from __future__ import annotations

import asyncio
import importlib.util
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.capture.reader import Reader
from inspector.proxy.registry import Running
from inspector.ui.app import InspectorApp

_spec = importlib.util.spec_from_file_location("recorded", Path(__file__).parents[1] / "recorded.py")
assert _spec is not None
assert _spec.loader is not None
_recorded = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_recorded)
stage, turn, streaming = _recorded.stage, _recorded.turn, _recorded.streaming  # fixtures
four, changed, helped = _recorded.four, _recorded.changed, _recorded.helped
held, read_in, damaged = _recorded.held, _recorded.read_in, _recorded.damaged

_spec = importlib.util.spec_from_file_location("drawing", Path(__file__).parents[1] / "drawing.py")
assert _spec is not None
assert _spec.loader is not None
_drawing = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_drawing)
seldom_drawn = _drawing.seldom_drawn  # a fixture

_spec = importlib.util.spec_from_file_location("styles", Path(__file__).parents[1] / "styles.py")
assert _spec is not None
assert _spec.loader is not None
_styles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_styles)
parsed_once = _styles.parsed_once  # a fixture

NOW = 1_790_000_065.0  # a little over a minute after the first exchange


class StandingProxy:
    """A proxy that says what the test wants it to say."""

    def __init__(self, running: Running, *, ours: bool) -> None:
        self.running: Running | None = running
        self.ours = ours
        self.stopped = False

    def look(self) -> Running | None:
        return self.running

    def stop(self) -> bool:
        self.stopped, self.running = True, None
        return True


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("CODEX_HOME", "~/.codex")
    monkeypatch.setattr(Reader, "size", 123_456)
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _: None)  # it blinks, and a slow machine shows either
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def live() -> Callable[..., StandingProxy]:
    """Makes a proxy that runs; keywords change its record."""

    def make(*, ours: bool = True, **changes: Any) -> StandingProxy:
        told: dict[str, Any] = {
            "pid": 1,
            "listening": "http://127.0.0.1:8080",
            "base_url": "http://127.0.0.1:8080/my-res.openai.azure.com/openai/v1",
            "capture": Path("today.db"),
            "upstream": "https://my-res.openai.azure.com/openai/v1",
            "mode": "observe",
            "forward": False,
            "started": NOW,
        }
        return StandingProxy(Running(**{**told, **changes}), ours=ours)

    return make


@pytest.fixture
def app() -> Callable[..., InspectorApp]:
    """Makes the app on a capture, with its clock standing still."""

    def make(path: Path, **more: Any) -> InspectorApp:
        return InspectorApp(path, now=lambda: NOW, **more)

    return make


@pytest.fixture
def after() -> Callable[..., Callable[[Pilot[Any]], Awaitable[None]]]:
    """What to do before the picture: wait until exchange number `shown` is on screen, press keys, wait again.

    `so` says when what the keys began has come about.
    """

    def make(
        *keys: str,
        shown: int | None = 1,
        then: int | None = None,
        so: Callable[[InspectorApp], object] = lambda _: True,
    ) -> Callable[[Pilot[Any]], Awaitable[None]]:
        async def run(pilot: Pilot[Any]) -> None:
            await settled(pilot, shown)
            for key in keys:
                await pilot.press(key)
            deadline = time.monotonic() + 20
            while not so(pilot.app):
                assert time.monotonic() < deadline, "it did not become so"
                await asyncio.sleep(0.01)
            await settled(pilot, shown if then is None else then)

        return run

    return make


async def settled(pilot: Pilot[Any], shown: int | None) -> None:
    """Everything read is on screen: the exchange (None: none is there), and the titles of its groups."""
    screen = pilot.app.main
    deadline = time.monotonic() + 20
    await pilot.pause(0)
    while time.monotonic() < deadline:
        await asyncio.sleep(0.01)
        panes = screen.panes
        view = panes.view
        if not screen.was_read or screen.untitled():
            continue
        if shown is None or (
            view is not None and view.exchange.id == shown == screen.selected == panes.compared
        ):
            break
    else:
        raise AssertionError(f"exchange {shown} did not come on screen")
    await pilot.pause()
    await pilot.pause()


@pytest.fixture(scope="session")
def new_stage() -> Callable[[Path], Any]:
    """Makes a recorder on a new capture, for tests that need more than one."""
    return _recorded.Stage
