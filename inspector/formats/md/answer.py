"""What an answer said and called, of either API, streamed or whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.capture.events import TimedEvent
from inspector.capture.filter.sides import member, objects
from inspector.protocol.accumulate import Accumulator
from inspector.protocol.tools import call_ref


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is the answer put together, None where it is no JSON; `calls` are names of tools, in order."""

    value: Any = None
    calls: tuple[str, ...] = ()
    has_text: bool = False


def answer_of(events: Sequence[TimedEvent], body: Any) -> Answer:
    """From the events of a stream, else from a body's JSON."""
    if not events:
        return _of_value(body)
    if any(event.members.get("choices") is not None for event in events):
        return _of_chat_stream(events)
    accumulator = Accumulator()
    for event in events:
        accumulator.feed(event.members)
    return _of_value(accumulator.response)


def _of_value(value: Any) -> Answer:
    if not isinstance(value, dict):
        return Answer(value)
    items = objects(value.get("output"))
    messages = [member(choice, "message") for choice in objects(value.get("choices"))]
    calls = [*_items(items), *_chats(call for said in messages for call in objects(said.get("tool_calls")))]
    text = any(item.get("type") == "message" for item in items) or any(m.get("content") for m in messages)
    return Answer(value, tuple(calls), text)


def _of_chat_stream(events: Iterable[TimedEvent]) -> Answer:
    """A chunk brings a piece; the name of a tool comes with the first one of its call."""
    pieces: dict[str, Any] = {}
    calls: list[str] = []
    for event in events:
        pieces |= {name: part for name, part in event.members.items() if name != "choices" and part}
        for choice in objects(event.members.get("choices")):
            delta = member(choice, "delta")
            mine = pieces.setdefault("choices", {}).setdefault(str(choice.get("index", 0)), {})
            for name in ("reasoning_content", "content", "refusal"):
                if isinstance(delta.get(name), str) and delta[name]:
                    mine[name] = mine.get(name, "") + delta[name]
            if choice.get("finish_reason"):
                mine["finish_reason"] = choice["finish_reason"]
            for call in objects(delta.get("tool_calls")):
                calls += _chats([call])
                function = member(call, "function")
                slot = mine.setdefault("tool_calls", {}).setdefault(str(call.get("index", 0)), {})
                for name in ("name", "arguments"):
                    if isinstance(function.get(name), str):
                        slot[name] = slot.get(name, "") + function[name]
    said = any("content" in choice for choice in pieces.get("choices", {}).values())
    return Answer(pieces, tuple(calls), said)


def _items(items: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for item in items:
        ref, kind = call_ref(item), item.get("type")
        if ref is not None:
            yield f"{ref.namespace}.{ref.name}" if ref.namespace else ref.name
        elif isinstance(kind, str) and kind.endswith("_call"):
            yield kind.removesuffix("_call")


def _chats(calls: Iterable[dict[str, Any]]) -> Iterable[str]:
    for call in calls:
        name = member(call, "function").get("name")
        if isinstance(name, str) and name:
            yield name
