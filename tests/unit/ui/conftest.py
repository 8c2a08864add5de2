"""Captures to look at, and a pilot's patience."""

from __future__ import annotations

import asyncio
import importlib.util
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

_spec = importlib.util.spec_from_file_location("recorded", Path(__file__).parents[2] / "recorded.py")
assert _spec is not None
assert _spec.loader is not None
_recorded = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_recorded)
stage, turn, streaming = _recorded.stage, _recorded.turn, _recorded.streaming  # fixtures
four, changed, held = _recorded.four, _recorded.changed, _recorded.held
read_in, damaged = _recorded.read_in, _recorded.damaged

_spec = importlib.util.spec_from_file_location("drawing", Path(__file__).parents[2] / "drawing.py")
assert _spec is not None
assert _spec.loader is not None
_drawing = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_drawing)
seldom_drawn = _drawing.seldom_drawn  # a fixture

_spec = importlib.util.spec_from_file_location("styles", Path(__file__).parents[2] / "styles.py")
assert _spec is not None
assert _spec.loader is not None
_styles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_styles)
parsed_once = _styles.parsed_once  # a fixture

PATIENCE = 45.0


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Waits for what threads do after an app has ended."""

    async def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "it did not become so"
            await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def until() -> Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]:
    """Lets the app go on until something is so, and the screen on which it is so has its widgets."""

    async def wait(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
        def is_so() -> bool:
            return bool(condition()) and (not pilot.app.is_running or pilot.app.screen.is_mounted)

        deadline = time.monotonic() + PATIENCE
        if is_so():
            return
        await pilot.pause(0)
        # A pause in each round would ask every widget whether it is done: most of the work there is.
        while not is_so():
            assert time.monotonic() < deadline, "it did not become so"
            await asyncio.sleep(0.01)
        await pilot.pause(0)

    return wait


@pytest.fixture
def one_file() -> Callable[[Path], None]:
    """Waits until nothing lies beside a capture: threads of an app that has ended may still be closing it."""

    def wait(capture: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        while beside := list(capture.parent.glob(f"{capture.name}-*")):
            assert time.monotonic() < deadline, f"left beside it: {beside}"
            time.sleep(0.01)

    return wait
