"""An ending of our own making keeps to the rules of the stream that it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.responses import ResponseCreatedEvent, ResponseFailedEvent, ResponseInProgressEvent

from inspector.protocol.accumulate import Accumulator
from inspector.protocol.conformance import check
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import StreamTranslator
from inspector.proxy.sent import Sent

CHUNKS = b"".join(
    b'data: {"choices":[{"delta":%b}]}\n\n' % delta
    for delta in (
        b'{"reasoning":"hm"}',
        b'{"content":"Hel"}',
        b'{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{"}}]}',
    )
)


def _ended(chunks: bytes, *, dual: bool = False) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was sent before, and how it ended."""
    profile: Any = "dual" if dual else "official"
    translator = StreamTranslator(
        request={"metadata": {"a": "b"}}, tools=ToolNames(), model="m", profile=profile
    )
    events = translator.feed(chunks) if chunks else []
    sent = Sent()
    sent.add(events)
    ending = sent.failure("Oh no.", model="m", dual=dual).split(b"\n\n")
    return [event.data for event in events], [json.loads(e.partition(b"data: ")[2]) for e in ending if e]


def test_a_stream_in_the_middle() -> None:
    before, [failed] = _ended(CHUNKS)
    ResponseFailedEvent.model_validate_json(json.dumps(failed), strict=True)
    assert check([*before, failed]) == []
    response = failed["response"]
    assert (response["status"], response["error"]["message"]) == ("failed", "Oh no.")
    assert (response["id"], response["metadata"]) == (before[0]["response"]["id"], {"a": "b"})
    closed = [event["item"] for event in before if event["type"] == "response.output_item.done"]
    assert response["output"] == closed
    assert [item["type"] for item in closed] == ["reasoning", "message"]


def test_a_stream_that_never_began() -> None:
    before, events = _ended(b"")
    for event, kind in zip(
        events, (ResponseCreatedEvent, ResponseInProgressEvent, ResponseFailedEvent), strict=True
    ):
        kind.model_validate_json(json.dumps(event), strict=True)
    assert (before, check(events)) == ([], [])
    assert events[-1]["response"]["model"] == "m"


@pytest.mark.parametrize("chunks", [b"", CHUNKS])
def test_dual_events(chunks: bytes) -> None:
    before, events = _ended(chunks, dual=True)
    assert [event["type"] for event in events][-3:] == ["response.error", "response.failed", "response.done"]
    numbers = [event["sequence_number"] for event in [*before, *events]]
    assert numbers == list(range(len(numbers)))
    accumulator = Accumulator()
    for event in [*before, *events]:
        accumulator.feed(event)
    assert accumulator.terminal == "response.failed"
