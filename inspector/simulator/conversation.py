"""What the imitated resource answers over one WebSocket: what it would to a POST, an event a message.

The responses of a socket can be continued on it, stored or not: their history lives as long as it does. A
request with `generate: false` warms up and is answered by nothing. An error is a message with its status and
headers: Codex asks again after the `retry-after` among them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from inspector.protocol import sse
from inspector.protocol.json_text import parse_object
from inspector.simulator.script import Answer, Head, Received, Send, Step
from inspector.simulator.stored import StoredResponses

CREATE = "response.create"
ASIDE = ("type", "generate")
"""Members of such a message that a POST does not have."""

Create = Callable[[Received, StoredResponses, bool], Answer]
"""Given what would have been posted, the past of the socket, and whether it only warms up."""


class Conversation:
    """Asked for the answer to each message, in order."""

    def __init__(self, create: Create) -> None:
        self._create = create
        self._past = StoredResponses()

    def __call__(self, received: Received) -> Answer:
        """The steps, of which each `Send` is a message."""
        asked = received.json()
        if not isinstance(asked, dict) or asked.get("type") != CREATE:
            return Answer()  # Codex tells what it has processed: nothing to say to that
        body = {name: value for name, value in asked.items() if name not in ASIDE} | {"stream": True}
        posted = replace(received, method="POST", body=json.dumps(body).encode())
        return as_messages(self._create(posted, self._past, asked.get("generate") is False))


def as_messages(answer: Answer) -> Answer:
    """An answer to a POST as messages: of a stream its events, of an error one, with status and headers."""
    if answer.status >= 400:
        told = parse_object(answer.body) or {"message": answer.body.decode("utf-8", "replace")}
        error = told.get("error", told)
        steps: list[Step] = [step for step in answer.steps if not isinstance(step, Send | Head)]
        around = {name: value for name, value in answer.headers if not name.lower().startswith("content-")}
        said = {"type": "error", "status": answer.status, "error": error, "headers": around}
        return Answer(steps=[*steps, Send(_text(said))])
    decoder, steps = sse.Decoder(), []
    for step in answer.steps:
        if isinstance(step, Send):
            steps += [Send(event.data.encode()) for event in decoder.feed(step.data) if event.has_data]
        elif not isinstance(step, Head):
            steps.append(step)
    return Answer(steps=steps)


def _text(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
