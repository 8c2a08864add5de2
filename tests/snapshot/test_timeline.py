"""The timeline of a session."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual.app import App
from textual.pilot import Pilot

import inspector.ui
from inspector.capture.model import Exchange, Outcome, Usage
from inspector.ui.screens.timeline import TimelineScreen
from inspector.ui.themes import DARK, LIGHT, further_variables
from inspector.ui.widgets.tones import TONE_CLASSES

HOME = Path(inspector.ui.__file__).parent
BEGINNING = 1_790_000_000.5
TITLES = {1: "please fix the flaky test", 2: "now write a test for it", 3: "漢字 and ␛ in a title"}


class Host(App[None]):
    """Nothing but the timeline."""

    COMPONENT_CLASSES: ClassVar[set[str]] = TONE_CLASSES

    def __init__(self, exchanges: list[Exchange], *, selected: int = 3, theme: str = DARK.name) -> None:
        super().__init__(css_path=[*sorted((HOME / "widgets").glob("*.tcss")), HOME / "app.tcss"])
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = theme
        self.timeline = TimelineScreen(
            "fix the flaky test",
            exchanges,
            turn_titles=TITLES,
            selected=selected,
            wanted=self.events,
            now=lambda: BEGINNING + 185.0,
        )

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return further_variables(self.current_theme)

    def on_mount(self) -> None:
        self.push_screen(self.timeline)

    def events(self, exchange_id: int) -> None:
        """Bursts, as a model that thinks in between sends them."""
        moments = [1.0 + index * 0.011 + (index // 90) * 0.7 for index in range(60 * exchange_id)]
        self.call_later(self.timeline.show_events, exchange_id, moments)


@pytest.fixture
def exchanges() -> list[Exchange]:
    """Three turns: a refused attempt, a compaction, and one that runs."""
    found: list[Exchange] = []
    context = 9_000

    def ask(at: float, turn: int, wait: float, stream: float | None, made: int = 400, **changes: Any) -> None:
        nonlocal context
        number = len(found) + 1
        cached = context // 128 * 120 if found else 0
        told: dict[str, Any] = {
            "id": number, "revision": number, "method": "POST", "url": "https://a/openai/v1/responses",
            "operation": "responses.create", "mode": "observe", "started": BEGINNING + at,
            "outcome": Outcome.OPEN if stream is None else Outcome.COMPLETE, "status": 200, "stream": True,
            "session": "thread-1", "turn": turn, "model": "my-gpt5", "request_done": 0.02, "first_byte": wait,
            "first_event": wait + 0.3, "ended": None if stream is None else wait + 0.3 + stream,
            "event_count": made // 3, "request_digest": f"body {number}",
            "usage": None if stream is None else Usage(context, cached, made, made // 4),
        }  # fmt: skip
        found.append(Exchange(**{**told, **changes}))
        context += made + 2_500

    ask(0.0, 1, 1.4, 5.2, 640)
    ask(8.5, 1, 0.7, 3.1)
    ask(
        13.0,
        1,
        0.1,
        0.0,
        0,
        status=429,
        first_event=None,
        ended=0.12,
        usage=None,
        error="rate limited: wait 2 s",
    )
    ask(15.2, 1, 0.9, 7.5, 1_100, request_digest="body 3")
    ask(110.0, 2, 2.3, 4.0, 900)
    ask(119.0, 2, 0.6, 1.2, 150)
    context = 21_000
    ask(121.5, 2, 0.5, 6.0, 1_300, request_kind="compact")
    context = 6_000
    ask(129.5, 2, 1.1, 3.3)
    ask(172.0, 3, 0.8, 2.7)
    ask(177.0, 3, 1.6, None)
    return found


def after(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Presses keys, and waits until the events that were asked for are plotted."""

    async def run(pilot: Pilot[Any]) -> None:
        screen = pilot.app.timeline
        deadline = time.monotonic() + 20
        await pilot.pause()
        await pilot.press(*keys)
        while screen.moments is None:
            assert time.monotonic() < deadline, "no events came"
            await pilot.pause(0.01)
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_session(snap_compare, exchanges, size):
    assert snap_compare(Host(exchanges), terminal_size=size, run_before=after())


def test_by_turn_in_a_light_theme(snap_compare, exchanges):
    light = Host(exchanges, selected=4, theme=LIGHT.name)
    assert snap_compare(light, terminal_size=(120, 40), run_before=after("s"))


def test_by_exchange_with_a_turn_folded_and_the_next_plot(snap_compare, exchanges):
    keys = ("s", "s", "p", "h", "h")
    assert snap_compare(Host(exchanges), terminal_size=(80, 24), run_before=after(*keys))


def test_the_rate_of_events_of_one_exchange(snap_compare, exchanges):
    assert snap_compare(Host(exchanges[:2], selected=2), terminal_size=(80, 24), run_before=after("p", "p"))
