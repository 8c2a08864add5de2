"""Exchanges with the times that a test wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome, Usage


def make(number: int, started: float, took: float | None = 4.0, **changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": number,
        "revision": number,
        "method": "POST",
        "url": "https://a",
        "operation": "responses.create",
        "mode": "observe",
        "started": started,
        "outcome": Outcome.OPEN if took is None else Outcome.COMPLETE,
        "status": 200,
        "stream": True,
        "session": "thread-1",
        "turn": 1,
        "model": "my-gpt5",
        "request_done": 0.0,
        "first_byte": 1.0,
        "first_event": 2.0,
        "ended": took,
        "event_count": 12,
        "usage": Usage(12_000, 9_000, 310, 64),
        "request_digest": f"digest {number}",
    }
    return Exchange(**{**told, **changes})


@pytest.fixture
def ask() -> Callable[..., Exchange]:
    """Makes an exchange: number, start, seconds (None: it runs), and whatever else shall be so."""
    return make


@pytest.fixture
def session() -> list[Exchange]:
    """Two turns: in the first a refused attempt and its repetition, in the second a compaction."""
    return [
        make(1, 100.0),
        make(
            2, 106.0, 0.5, status=429, first_byte=0.5, first_event=None, usage=None, error="too many requests"
        ),
        make(3, 108.5, request_digest="digest 2"),
        make(4, 200.0, turn=2, request_kind="compact", usage=Usage(20_000, 0, 900, None)),
        make(5, 204.0, turn=2, usage=Usage(3_000, 1_024, 100, 20)),
    ]
