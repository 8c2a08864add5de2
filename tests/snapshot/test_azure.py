"""Azure's own calls: what can be asked of a response, and the conversation that led to it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from inspector.replay.credentials import KEYS
from inspector.settings import Settings
from inspector.ui.app import InspectorApp
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.text import TextScreen

SIZES = {"small": (80, 24), "large": (120, 40)}
CHAIN = "5"
LOOK = "pytest -q tests/test_backoff.py"


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def response_id(number: int) -> str:
    return f"resp_{number:048x}"


@pytest.fixture
def chain(stage: Any) -> Callable[[int], Path]:
    """Makes a capture of responses that continue each other, from this one on."""

    def make(first: int) -> Path:
        call = {
            "type": "function_call",
            "call_id": "call_1",
            "name": "look",
            "arguments": json.dumps({"cmd": LOOK}),
        }
        output = {"type": "function_call_output", "call_id": "call_1", "output": "1 failed, 1 passed"}
        spoken = [
            ([stage.message("user", "Why does the test fail now and then?")], [call]),
            ([output], [stage.message("assistant", "The jitter is added after the limit.")]),
            ([stage.message("user", "Fix it.")], [stage.message("assistant", "Done: it is added before.")]),
            ([stage.message("user", "Thanks.")], [stage.message("assistant", "You are welcome.")]),
        ]
        for number, (said, answered) in enumerate(spoken[first:], first + 1):
            body = {"model": "gpt-5", "input": said, "store": True}
            if number > 1:
                body["previous_response_id"] = response_id(number - 1)
            asked = stage.ask(body, after=number, turn=None)
            stage.head(asked, after=0.1, kind="application/json")
            answer = {"id": response_id(number), "object": "response", "status": "completed",
                      "model": "gpt-5", "output": answered}  # fmt: skip
            stage.body(asked, json.dumps(answer).encode(), after=0.2)
            stage.end(asked, after=0.2)
        path: Path = stage.settle()
        return path

    return make


def pressed(
    after: Callable[..., Any], shown: int, *steps: tuple[str, type]
) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Keys of which each brings another screen, after exchange number `shown` was gone to."""

    async def run(pilot: Pilot[Any]) -> None:
        await after(*["}"] * (shown - 1), then=shown)(pilot)
        for key, screen in steps:
            before, deadline = pilot.app.screen, time.monotonic() + 20
            await pilot.press(key)
            while pilot.app.screen is before or not isinstance(pilot.app.screen, screen):
                assert time.monotonic() < deadline, f"{key} brought no {screen.__name__}"
                await asyncio.sleep(0.02)
        await pilot.pause()
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
def test_what_can_be_asked(
    size: tuple[int, int],
    turn: Path,
    app: Callable[..., InspectorApp],
    after: Callable[..., Any],
    snap_compare: Callable[..., bool],
):
    """Of a response that was asked not to be stored."""
    assert snap_compare(app(turn), terminal_size=size, run_before=pressed(after, 1, ("A", MenuScreen)))


def test_a_chain(
    chain: Callable[[int], Path],
    app: Callable[..., InspectorApp],
    after: Callable[..., Any],
    snap_compare: Callable[..., bool],
):
    """Four responses as one history, in a light theme."""
    light = app(chain(0), settings=Settings(theme="inspector-light"))
    so = pressed(after, 4, ("A", MenuScreen), (CHAIN, TextScreen))
    assert snap_compare(light, terminal_size=(120, 40), run_before=so)


def test_a_chain_without_its_beginning(
    chain: Callable[[int], Path],
    app: Callable[..., InspectorApp],
    after: Callable[..., Any],
    snap_compare: Callable[..., bool],
):
    """No key to fetch it with was named: what is known is shown."""
    so = pressed(after, 2, ("A", MenuScreen), (CHAIN, MenuScreen), ("escape", TextScreen))
    assert snap_compare(app(chain(2)), terminal_size=(80, 24), run_before=so)
