"""What events are about."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.events import TimedEvent
from inspector.ui.view.event_kinds import Kinds, about, is_delta


def chunk(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"delta": delta}]}


@pytest.mark.parametrize(
    ("data", "kind", "delta"),
    [
        ({"type": "response.created"}, Kinds.LIFECYCLE, False),
        ({"type": "error"}, Kinds.LIFECYCLE, False),
        ({"type": "response.output_item.added", "item": {"type": "message"}}, Kinds.TEXT, False),
        ({"type": "response.output_item.added", "item": {"type": "reasoning"}}, Kinds.REASONING, False),
        ({"type": "response.output_item.done", "item": {"type": "web_search_call"}}, Kinds.CALLS, False),
        ({"type": "response.output_item.done", "item": 7}, Kinds.LIFECYCLE, False),
        ({"type": "response.output_text.delta"}, Kinds.TEXT, True),
        ({"type": "response.refusal.done"}, Kinds.TEXT, False),
        ({"type": "response.function_call_arguments.delta"}, Kinds.CALLS, True),
        ({"type": "response.reasoning_summary_text.delta"}, Kinds.REASONING, True),
        (chunk(content="x"), Kinds.TEXT, True),
        (chunk(reasoning_content="x"), Kinds.REASONING, True),
        (chunk(tool_calls=[{"index": 0, "function": {"name": "f"}}]), Kinds.CALLS, True),
        (chunk(role="assistant"), Kinds.LIFECYCLE, False),
    ],
)
def test_about(data: dict[str, Any], kind: Kinds, delta: bool):
    record = TimedEvent(0, 0.0, data.get("type", ""), data)
    assert (about(record), is_delta(record)) == (kind, delta)


def test_round_and_round():
    kinds = [Kinds.ALL]
    while (following := kinds[-1].next) is not Kinds.ALL:
        kinds.append(following)
    assert kinds == list(Kinds)
