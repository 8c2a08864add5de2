"""A Response that is there as a whole, as the events of a stream that makes it.

Texts and arguments come in one delta each; items whose pieces clients do not need come whole, as added and
done. What the Response lacks (ids, a model, `output`) is filled in, so that a few fields written by hand make
a stream that clients accept.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from inspector.protocol.from_chat.response_body import new_response
from inspector.protocol.from_chat.stream_event import new_id

_ENDS = {"failed": "response.failed", "incomplete": "response.incomplete"}
_WHOLE = {  # what an item says in one piece, and the events for it
    "function_call": ("arguments", "response.function_call_arguments"),
    "custom_tool_call": ("input", "response.custom_tool_call_input"),
}
_PARTS = {"output_text": ("text", "response.output_text"), "refusal": ("refusal", "response.refusal")}


def events_of(response: Mapping[str, Any], request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events that answer that request, in order and numbered."""
    whole = completed(response, request)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None, "error": None}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
    ]
    for n, item in enumerate(whole["output"]):
        events += _item(n, item)
    events.append(ending(whole))
    return [{**event, "sequence_number": n} for n, event in enumerate(events)]


def ending(response: Mapping[str, Any]) -> dict[str, Any]:
    """The terminal event that a Response's status asks for."""
    kind = _ENDS.get(str(response.get("status")), "response.completed")
    return {"type": kind, "response": dict(response)}


def completed(response: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """The Response with all that a client of that request may look for."""
    named, told = response.get("id"), response.get("model", request.get("model"))
    blank = new_response(
        request,
        response_id=named if isinstance(named, str) else new_id("resp"),
        model=told if isinstance(told, str) else "",
        created_at=int(time.time()),
    )
    output = response.get("output")
    items = [_named(item) for item in output if isinstance(item, dict)] if isinstance(output, list) else []
    status = response.get("status")
    known = status if status in ("completed", "failed", "incomplete") else "completed"
    return {**blank, **response, "id": blank["id"], "status": known, "output": items}


def _named(item: dict[str, Any]) -> dict[str, Any]:
    kind = item.get("type", "message")
    prefix = {"message": "msg", "function_call": "fc", "reasoning": "rs"}.get(str(kind), "item")
    named = {"type": kind, "id": new_id(prefix), "status": "completed", **item}
    if kind == "message":
        named.setdefault("role", "assistant")
        content = item.get("content")
        if isinstance(content, str):
            content = [{"type": "output_text", "text": content}]
        parts = content if isinstance(content, list) else []
        named["content"] = [_part(part) for part in parts if isinstance(part, dict)]
    return named


def _part(part: dict[str, Any]) -> dict[str, Any]:
    return {"annotations": [], **part} if part.get("type") == "output_text" else part


def _item(n: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    at = {"item_id": item["id"], "output_index": n}
    key, events = _WHOLE.get(item["type"], ("", ""))
    said = item.get(key)
    begun = {**item, "status": "in_progress"}
    if item["type"] == "message":
        begun["content"] = []
    if isinstance(said, str):
        begun[key] = ""
    yield {"type": "response.output_item.added", "output_index": n, "item": begun}
    if isinstance(said, str):
        yield {"type": f"{events}.delta", **at, "delta": said}
        yield {"type": f"{events}.done", **at, key: said}
    for m, part in enumerate(item["content"] if item["type"] == "message" else ()):
        yield from _part_events({**at, "content_index": m}, part)
    yield {"type": "response.output_item.done", "output_index": n, "item": item}


def _part_events(at: dict[str, Any], part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    key, events = _PARTS.get(str(part.get("type")), ("", ""))
    text = part.get(key)
    begun = {**part, key: ""} if isinstance(text, str) else part
    yield {"type": "response.content_part.added", **at, "part": begun}
    if isinstance(text, str):
        logs: dict[str, Any] = {"logprobs": []} if key == "text" else {}
        yield {"type": f"{events}.delta", **at, "delta": text, **logs}
        yield {"type": f"{events}.done", **at, key: text, **logs}
    yield {"type": "response.content_part.done", **at, "part": part}
