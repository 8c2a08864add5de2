"""What a client has been sent of its stream, and how that ends when our translation fails.

The ending must keep to the rules that the beginning set: the same response id, the next sequence number, the
items that were closed. It is made without the translator, which may be what failed, and of values that were
sent before or are constant.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.protocol import sse
from inspector.protocol.from_chat.response_body import new_response
from inspector.protocol.from_chat.stream_event import StreamEvent, new_id


class Sent:
    """The events so far, but for their texts."""

    def __init__(self) -> None:
        self._count = 0
        self._response: Mapping[str, Any] | None = None  # as it began
        self._closed: list[Any] = []  # items

    def add(self, events: Sequence[StreamEvent]) -> None:
        """These went out."""
        if self._response is None and events:
            self._response = events[0].data["response"]
        self._count += len(events)
        for event in events:
            if event.type == "response.output_item.done":
                self._closed.append(event.data["item"])

    def failure(self, message: str, *, model: str, dual: bool) -> bytes:
        """The events that end the stream, and begin it where nothing was sent: `model` is for that."""
        begun, events = self._response, []
        if begun is None:
            begun = new_response({}, response_id=new_id("resp"), model=model, created_at=int(time.time()))
            events += [_event("response.created", begun), _event("response.in_progress", begun)]
        error = {"code": "server_error", "message": message}
        response = {**begun, "status": "failed", "error": error, "output": self._closed}
        if dual:
            events.append({"type": "response.error", "response_id": begun["id"], "error": error})
        events.append(_event("response.failed", response))
        if dual:
            events.append(_event("response.done", response))
        numbered = [{**event, "sequence_number": self._count + n} for n, event in enumerate(events)]
        return b"".join([sse.encode(json.dumps(event), event=event["type"]) for event in numbered])


def _event(kind: str, response: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": kind, "response": response}
