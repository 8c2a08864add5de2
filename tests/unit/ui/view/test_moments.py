"""The answer at any event is what the events up to it amount to, however many states are kept on the way."""

from __future__ import annotations

import random
from typing import Any

import pytest

from inspector.protocol.accumulate import Accumulator
from inspector.ui.view import moments
from inspector.ui.view.moments import Moments


def stream(deltas: int) -> list[dict[str, Any]]:
    item = {"type": "message", "id": "m", "role": "assistant", "content": []}
    part = {"type": "output_text", "text": ""}
    where = {"output_index": 0, "content_index": 0, "item_id": "m"}
    return [
        {"type": "response.created", "response": {"id": "r", "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **where, "part": part},
        *({"type": "response.output_text.delta", **where, "delta": f"{n} "} for n in range(deltas)),
        {"type": "response.completed", "response": {"id": "r", "status": "completed", "output": []}},
    ]


def by_then(events: list[dict[str, Any]], count: int) -> dict[str, Any]:
    answer = Accumulator()
    for event in events[:count]:
        answer.feed(event)
    return answer.response


def test_any_moment_in_any_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(moments, "DISTANCE", 7)
    monkeypatch.setattr(moments, "MOST", 4)
    events = stream(200)
    told = Moments()
    for number, event in enumerate(events):
        told.feed(2 * number, event)  # every second number is of an event that clients do not see
    order = [*range(20), *random.Random(1).sample(range(len(events)), 60), len(events) - 1]
    for number in order:
        assert told.at(2 * number) == told.at(2 * number + 1) == by_then(events, number + 1)
    assert told.at(-1) == {"output": []}
    assert told.now.response == by_then(events, len(events))


def test_what_was_told_is_not_touched_by_what_comes_later():
    events, told = stream(3), Moments()
    for number, event in enumerate(events[:4]):
        told.feed(number, event)
    before = told.at(3)
    assert before["output"][0]["content"][0]["text"] == "0 "
    told.feed(4, events[4])
    told.at(4)
    assert before["output"][0]["content"][0]["text"] == "0 "
