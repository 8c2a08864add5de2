"""A recorded answer kept as Azure would keep the response in it, as far as what was recorded is one."""

from __future__ import annotations

from typing import Any

from inspector.capture.encodings import decode
from inspector.protocol import sse
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object
from inspector.simulator import azure, responses
from inspector.simulator.playback.meaning import Asked
from inspector.simulator.script import Answer, Send, whole_json
from inspector.simulator.stored import StoredResponses


def keep(stored: StoredResponses, asked: Asked, answer: Answer) -> None:
    """Remember the response that was served, unless it was asked for with `store` false."""
    request = asked.json
    if asked.operation is not Operation.CREATE or request.get("store") is False or answer.status != 200:
        return
    plain, _ = decode(answer.body, answer.headers)
    said = request.get("input")
    items = [item for item in said if _is_item(item)] if isinstance(said, list) else said
    given = items if isinstance(items, list | str) else []
    if (response := parse_object(plain)) is not None:
        if isinstance(response.get("id"), str):
            stored.remember(whole_json(response), given, streamed=False)
        return
    events = [event for event in _events(plain) if _is_event(event)]
    told = Answer(200, (azure.EVENT_STREAM,), tuple(Send(responses.encode(event)) for event in events))
    stored.remember(told, given, streamed=request.get("stream") is True)


def _events(stream: bytes) -> list[dict[str, Any]]:
    return [parse_object(event.data) or {} for event in sse.Decoder().feed(stream) if event.has_data]


def _is_event(event: dict[str, Any]) -> bool:
    named = isinstance(event.get("type"), str) and isinstance(event.get("sequence_number"), int)
    response = event.get("response", {})
    return named and isinstance(response, dict) and isinstance(response.get("id", ""), str)


def _is_item(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id", ""), str)
