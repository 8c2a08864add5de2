"""What a `previous_response_id` stands for, rebuilt from the capture: the conversation until then, as items.

```
 history(response) = history(its request's previous_response_id) + its request's input + its output
```

As the API does it, the `instructions` of earlier requests do not carry over, and reasoning items do. A
response can be continued that was completed, or cut short by a limit; of the latter a tool call that never
became whole is left out, since nobody has run it. One that failed, or has not ended, cannot be. Where a part
of the chain is not in the capture there is no history at all: half of one would be another conversation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from inspector.capture.encodings import decode
from inspector.capture.model import Leg
from inspector.capture.reader import Reader
from inspector.protocol import sse
from inspector.protocol.accumulate import TERMINALS, Accumulator
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object
from inspector.protocol.surrogates import whole

LONGEST_CHAIN = 10_000  # responses; no conversation of people and tools comes near

Items = list[dict[str, Any]]

_CAN_BE_CONTINUED = frozenset({"completed", "incomplete"})


def history_of(capture: Reader | Path, response_id: str) -> Items | None:
    """The items that stand for this id, oldest first; None when the capture cannot tell.

    Raises CaptureError when the capture cannot be read.
    """
    if isinstance(capture, Reader):
        return _history(capture, response_id)
    reader = Reader(capture)
    try:
        return _history(reader, response_id)
    finally:
        reader.close()


def _history(reader: Reader, response_id: str) -> Items | None:
    links: list[Items] = []
    seen: set[str] = set()
    wanted: object = response_id
    while wanted is not None:
        if not isinstance(wanted, str) or wanted in seen or len(seen) == LONGEST_CHAIN:
            return None
        seen.add(wanted)
        found = making_of(reader, wanted)
        if found is None:
            return None
        sent = own_input(found.request)
        if sent is None:
            return None
        links.append(sent + found.output)
        wanted = found.request.get("previous_response_id")
    return [item for link in reversed(links) for item in link]


class Making(NamedTuple):
    """How a response was made: the exchange that asked for it, its request, and what came of it."""

    exchange: int
    request: dict[str, Any]
    output: Items


def making_of(reader: Reader, response_id: str) -> Making | None:
    """How a response was made, its output as the last exchange has it that has it whole; None if unknown."""
    exchanges = reader.of_response(whole(response_id))
    for n, exchange in reversed([*enumerate(exchanges, 1)]):
        if exchange.operation not in (Operation.CREATE, Operation.GET):
            continue
        output = _output_in(reader, exchange.id)
        if output is None:
            continue
        # One that was made in the background is fetched by a later exchange than the one that asked for it.
        for maker in reversed(exchanges[:n]):
            if maker.operation == Operation.CREATE:
                request = parse_object(_body(reader, maker.id, Leg.REQUEST))
                return None if request is None else Making(maker.id, request, output)
    return None


def _body(reader: Reader, exchange_id: int, leg: Leg) -> bytes:
    """A leg's body without its content encoding; empty where it cannot be had whole."""
    message = reader.message(exchange_id, leg)
    if message is None or (message.status or 200) >= 400:
        return b""
    plain, problem = decode(message.body, message.headers)
    return b"" if problem else plain


def own_input(request: dict[str, Any]) -> Items | None:
    """A request's own items; None where the server knew more of the conversation than the request says."""
    if request.get("conversation") is not None:
        return None
    said = request.get("input")
    if isinstance(said, str):
        content = [{"type": "input_text", "text": said}]
        return [{"type": "message", "role": "user", "content": content}]
    return [item for item in said if isinstance(item, dict)] if isinstance(said, list) else []


def _output_in(reader: Reader, exchange_id: int) -> Items | None:
    """The output items of an answer that can be continued, whole or streamed, posted or over a WebSocket."""
    answer = reader.message(exchange_id, Leg.RESPONSE)
    if answer is None or not answer.is_messages:
        return _output(_body(reader, exchange_id, Leg.RESPONSE))
    events = [parse_object(chunk.data) or {} for chunk in reader.chunks(exchange_id, Leg.RESPONSE)]
    return _of_response(_told(events) or _accumulated(events))


def _output(body: bytes) -> Items | None:
    """The same of a body."""
    return _of_response(parse_object(body) or _streamed(body))


def _of_response(response: dict[str, Any] | None) -> Items | None:
    if response is None or response.get("status", "completed") not in _CAN_BE_CONTINUED:
        return None
    output = response.get("output")
    if not isinstance(output, list):
        return None
    return [item for item in output if isinstance(item, dict) and not _is_broken_call(item)]


def _is_broken_call(item: dict[str, Any]) -> bool:
    return item.get("status") == "incomplete" and str(item.get("type")).endswith("_call")


def _streamed(body: bytes) -> dict[str, Any] | None:
    """The response that an event stream came to, None when it has no terminal event."""
    # That event comes last and repeats the whole response, as a rule; else all the others have to be read.
    blocks_before, blank_line, _ = body.rstrip(b"\r\n").rpartition(b"\n\n")
    last_block = body[len(blocks_before) + len(blank_line) :]
    return _told(_events(last_block)) or _accumulated(_events(body))


def _events(stream: bytes) -> list[dict[str, Any]]:
    return [parse_object(event.data) or {} for event in sse.Decoder().feed(stream) if event.has_data]


def _told(events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The response as the last event has it, if that is a terminal one and has the output."""
    if not events or (status := _ending(events[-1])) is None:
        return None
    response = events[-1].get("response")
    if not isinstance(response, dict) or not response.get("output"):
        return None
    return {**response, "status": status}


def _accumulated(events: list[dict[str, Any]]) -> dict[str, Any] | None:
    endings = [status for event in events if (status := _ending(event)) is not None]
    if not endings:
        return None
    accumulator = Accumulator()
    for event in events:
        accumulator.feed(event)
    return {**accumulator.response, "status": endings[-1]}


def _ending(event: dict[str, Any]) -> str | None:
    kind = event.get("type")
    return TERMINALS.get(kind) if isinstance(kind, str) else None
