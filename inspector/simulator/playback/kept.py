"""Recorded answers that were served, kept as Azure would keep the responses in them.

Only when somebody asks for one is it read: a session of hundreds would be held in memory for nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.capture.encodings import decode
from inspector.protocol import sse
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object
from inspector.simulator import azure, responses
from inspector.simulator.playback.meaning import Asked
from inspector.simulator.script import Answer, Received, Send, whole_json
from inspector.simulator.stored import StoredResponses, named_in

Read = Callable[[], tuple[Asked, Answer]]
"""Gets a recorded request, and its answer as it was served."""


class Kept:
    """What can be asked for by the response's id."""

    def __init__(self) -> None:
        self._unread: dict[str, Read] = {}
        self._stored = StoredResponses()

    def add(self, response_id: str, read: Read) -> None:
        """That response was served."""
        self._unread[response_id] = read

    def answer(self, asked_for: Operation, received: Received) -> Answer:
        """The answer to one of the calls on a stored response; a 404 where it was never served."""
        if (read := self._unread.pop(named_in(asked_for, received), None)) is not None:
            _keep(self._stored, *read())
        return self._stored.answer(asked_for, received)


def _keep(stored: StoredResponses, asked: Asked, answer: Answer) -> None:
    """Remember the response in an answer, as far as what was recorded is one."""
    request = asked.json
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
