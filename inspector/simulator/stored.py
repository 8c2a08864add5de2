"""Stored responses: kept in memory, fetched, streamed again, cancelled, listed and deleted."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from inspector.protocol import sse
from inspector.protocol.azure import Operation
from inspector.simulator import azure, pages, responses
from inspector.simulator.background import Kept, TimedEvents, in_background
from inspector.simulator.ids import Ids
from inspector.simulator.script import Answer, Headers, Received, Send, Wait, whole_json

REMEMBERED = 256
ENCRYPTED = "reasoning.encrypted_content"
INCLUDABLE = (
    "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
    "message.input_image.image_url", "computer_call_output.output.image_url",
    "code_interpreter_call.outputs", ENCRYPTED, "message.output_text.logprobs",
)  # fmt: skip

Json = dict[str, Any]


class StoredResponses:
    """What clients may ask for again, by response id."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._by_id: OrderedDict[str, Kept] = OrderedDict()
        self._now = now

    def __contains__(self, response_id: object) -> bool:
        return response_id in self._by_id

    def history(self, response_id: str | None) -> list[Any]:
        """The items before a response that continues this one, oldest first."""
        links: list[list[Any]] = []
        while response_id is not None and (kept := self._by_id.get(response_id)) is not None:
            links.append([*kept.input_items, *kept.output])
            response_id = kept.response.get("previous_response_id")
        return [item for link in reversed(links) for item in link]

    def remember(self, answer: Answer, said: list[Any] | str, *, streamed: bool) -> None:
        """Keep the response that an answer carries, if it carries one."""
        self._keep(_events(answer), said, background=False, streamed=streamed)

    def begin(self, answer: Answer, said: list[Any] | str, *, streamed: bool) -> Answer:
        """The answer to a request for the background: what it would be streamed as comes to be by itself."""
        events = in_background(_events(answer))
        kept = self._keep(events, said, background=True, streamed=streamed)
        if kept is None:
            return answer
        if streamed:
            return Answer(answer.status, answer.headers, kept.stream(-1, responses.encode))
        around = [(name, value) for name, value in answer.headers if name != "content-type"]
        return whole_json(kept.response, headers=around)

    def answer(self, asked: Operation, received: Received) -> Answer:
        """The answer to one of the calls on a stored response."""
        query = parse_qs(received.target.partition("?")[2])
        response_id = named_in(asked, received)
        around = azure.headers(Ids(f"{received.n} {received.target}".encode()))
        kept = self._by_id.get(response_id)
        if kept is None:
            message = f"Response with id '{response_id}' not found."
            return azure.error(404, None, message, kind="invalid_request_error")
        match asked:
            case Operation.DELETE:
                del self._by_id[response_id]
                return whole_json({"id": response_id, "object": "response", "deleted": True}, headers=around)
            case Operation.ITEMS:
                return pages.page(kept.input_items, query, around)
            case Operation.CANCEL:
                return _cancelled(kept, around)
            case _:
                return _again(kept, query, around)

    def _keep(
        self, events: TimedEvents, said: list[Any] | str, *, background: bool, streamed: bool
    ) -> Kept | None:
        ids = [event["response"].get("id") for _, event in events if isinstance(event.get("response"), dict)]
        if not ids or not isinstance(ids[-1], str):
            return None
        items = _with_ids(said if isinstance(said, list) else [_message(said)], ids[-1])
        kept = Kept(events, items, background=background, streamed=streamed, now=self._now)
        self._by_id[ids[-1]] = kept
        if len(self._by_id) > REMEMBERED:
            self._by_id.popitem(last=False)
        return kept


def named_in(asked: Operation, received: Received) -> str:
    """The id of the response that such a call is about."""
    segments = received.path.rstrip("/").split("/")
    return unquote(segments[-1] if asked in (Operation.GET, Operation.DELETE) else segments[-2])


def _cancelled(kept: Kept, around: Headers) -> Answer:
    if not kept.background:
        return azure.invalid_request("Cannot cancel a synchronous response.", param="response_id")
    if not kept.cancel():
        message = f"Cannot cancel a {kept.response.get('status')} response."
        return azure.invalid_request(message, param="response_id")
    return whole_json(kept.response, headers=around)


def _again(kept: Kept, query: Mapping[str, list[str]], around: Headers) -> Answer:
    include = [*query.get("include", ()), *query.get("include[]", ())]
    for n, wanted in enumerate(include):
        if wanted not in INCLUDABLE:
            return azure.invalid_request(
                f"Invalid value: '{wanted}'. Supported values are: {', '.join(map(repr, INCLUDABLE))}.",
                param=f"include[{n}]",
                code="invalid_value",
            )
    sealed = ENCRYPTED in include
    if query.get("stream", [""])[-1] != "true":
        kept.look()
        body = _reasoning(kept.response, sealed=sealed)
        return whole_json(body, headers=(*around, *azure.usage_header(body)))
    if not kept.streamed:
        message = "This response was not created with stream=true, so it cannot be streamed."
        return azure.invalid_request(message, param="stream")
    after = query.get("starting_after", ["-1"])[-1]
    if not after.removeprefix("-").isdecimal():
        message = f"Invalid type for 'starting_after': expected an integer, but got '{after}' instead."
        return azure.invalid_request(message, param="starting_after", code="invalid_type")
    steps = kept.stream(int(after), lambda event: responses.encode(_reasoning(event, sealed=sealed)))
    return Answer(200, (azure.EVENT_STREAM, *around), steps)


def _reasoning(value: Any, *, sealed: bool) -> Any:
    """A response or an event; its reasoning items with encrypted content, or without."""
    if isinstance(value, list):
        return [_reasoning(member, sealed=sealed) for member in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") != "reasoning" or "id" not in value:
        return {name: _reasoning(member, sealed=sealed) for name, member in value.items()}
    if not sealed:
        return {name: member for name, member in value.items() if name != "encrypted_content"}
    return {"encrypted_content": responses.sealed(Ids(str(value["id"]).encode())), **value}


def _events(answer: Answer) -> TimedEvents:
    """The events of an answer, each with the seconds after which it is sent."""
    if dict(answer.headers).get("content-type", "").startswith("text/event-stream"):
        decoder, at = sse.Decoder(), 0.0
        events: TimedEvents = []
        for step in answer.steps:
            if isinstance(step, Wait):
                at += step.seconds
            elif isinstance(step, Send):
                told = [json.loads(event.data) for event in decoder.feed(step.data)]
                events += [(at, event) for event in told if isinstance(event, dict)]
        return events
    if answer.status != 200:
        return []
    return [(0.0, {"type": "response.completed", "sequence_number": 0, "response": json.loads(answer.body)})]


def _message(text: str) -> Json:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def _with_ids(items: list[Any], response_id: str) -> list[Json]:
    """Input items as they are listed: each with an id."""
    ids = Ids(response_id.encode())
    return [
        {"id": ids.new("msg_" if item.get("type", "message") == "message" else "item_"), **item}
        for item in items
        if isinstance(item, dict)
    ]
