"""Stored responses in a first form: kept in memory, fetched, streamed again, listed and deleted."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from inspector.protocol import sse
from inspector.protocol.azure import Operation
from inspector.simulator import azure, responses
from inspector.simulator.script import Answer, whole_json

REMEMBERED = 256

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Stored:
    response: Json
    input_items: list[Json] = field(repr=False)
    events: list[Json] = field(repr=False)


class StoredResponses:
    """What clients may ask for again, by response id."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, _Stored] = OrderedDict()

    def __contains__(self, response_id: object) -> bool:
        return response_id in self._by_id

    def remember(self, answer: Answer, said: list[Any] | str) -> None:
        """Keep the response that an answer carries, if it carries one."""
        events = _events(answer)
        whole = [event["response"] for event in events if isinstance(event.get("response"), dict)]
        if not whole or not isinstance(whole[-1].get("id"), str):
            return
        items = said if isinstance(said, list) else [_message(said)]
        self._by_id[whole[-1]["id"]] = _Stored(whole[-1], items, events)
        if len(self._by_id) > REMEMBERED:
            self._by_id.popitem(last=False)

    def answer(self, asked: Operation, target: str) -> Answer:
        """The answer to one of the calls on a stored response."""
        path, _, query = target.partition("?")
        segments = path.rstrip("/").split("/")
        response_id = segments[-1] if asked in (Operation.GET, Operation.DELETE) else segments[-2]
        stored = self._by_id.get(response_id)
        if stored is None:
            message = f"Response with id '{response_id}' not found."
            return azure.error(404, None, message, kind="invalid_request_error")
        match asked:
            case Operation.DELETE:
                del self._by_id[response_id]
                return whole_json({"id": response_id, "object": "response", "deleted": True})
            case Operation.ITEMS:
                items = [{"id": f"item_{n}", **item} for n, item in enumerate(stored.input_items)]
                ends = {"first_id": items[0]["id"], "last_id": items[-1]["id"]} if items else {}
                return whole_json({"object": "list", "data": items, **ends, "has_more": False})
            case Operation.CANCEL:
                message = "Only a background response can be cancelled."
                return azure.error(400, None, message, kind="invalid_request_error")
            case _:
                return _again(stored, parse_qs(query))


def _again(stored: _Stored, query: dict[str, list[str]]) -> Answer:
    if query.get("stream", [""])[0] != "true":
        return whole_json(stored.response)
    after = query.get("starting_after", ["-1"])[0]
    first = int(after) + 1 if after.lstrip("-").isdecimal() else 0
    rest = [event for event in stored.events if event["sequence_number"] >= first]
    return Answer(200, (azure.EVENT_STREAM,), responses.stream(rest))


def _events(answer: Answer) -> list[Json]:
    if dict(answer.headers).get("content-type", "").startswith("text/event-stream"):
        texts = [event.data for event in sse.Decoder().feed(answer.body)]
        return [event for text in texts if isinstance(event := json.loads(text), dict)]
    if answer.status != 200:
        return []
    return [{"type": "response.completed", "sequence_number": 0, "response": json.loads(answer.body)}]


def _message(text: str) -> Json:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
