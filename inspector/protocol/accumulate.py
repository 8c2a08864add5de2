"""Responses events -> the Response that they build up, readable at any moment, whatever the events look like.

Real streams have gaps: an item that was never added, deltas without their part, a terminal event whose
`output` is empty. What can be put somewhere is put where it most likely belongs; what cannot is passed over,
since conformance is the place that says what is wrong with a stream. Text is collected in pieces and joined
only when somebody looks, so a million deltas take the time and the memory of their text.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any, NamedTuple

TERMINALS = {
    "response.completed": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
    "response.cancelled": "cancelled",
    "error": "failed",
}
"""The event types that end a response, and the status that each means."""

_LIFECYCLE = frozenset(("response.created", "response.queued", "response.in_progress"))


class _Text(NamedTuple):
    """Where a text that streams belongs."""

    item_type: str
    parts: str | None  # the list in the item whose part holds it; None: the item itself does
    at: str  # the event's field with the place in that list
    field: str
    part_type: str


# By the event's name between `response.` and `.delta` or `.done`.
_TEXTS = {
    "output_text": _Text("message", "content", "content_index", "text", "output_text"),
    "refusal": _Text("message", "content", "content_index", "refusal", "refusal"),
    "reasoning_text": _Text("reasoning", "content", "content_index", "text", "reasoning_text"),
    "reasoning_summary_text": _Text("reasoning", "summary", "summary_index", "text", "summary_text"),
    "function_call_arguments": _Text("function_call", None, "", "arguments", ""),
    "custom_tool_call_input": _Text("custom_tool_call", None, "", "input", ""),
    "mcp_call_arguments": _Text("mcp_call", None, "", "arguments", ""),
    "code_interpreter_call_code": _Text("code_interpreter_call", None, "", "code", ""),
}
_PARTS = {
    "content_part": _TEXTS["output_text"],
    "reasoning_summary_part": _TEXTS["reasoning_summary_text"],
}


class Accumulator:
    """Feed events in order; `response` is what came together, `terminal` the type of the terminal event."""

    def __init__(self) -> None:
        self.terminal: str | None = None
        self._response: dict[str, Any] = {}
        self._items: dict[int, dict[str, Any]] = {}
        self._pending: dict[tuple[int, str], tuple[dict[str, Any], str, StringIO]] = {}
        self._last = 0  # the output index that was touched last

    @property
    def response(self) -> dict[str, Any]:
        """The Response so far; items that still grow are this object's own: copy what is to be kept."""
        for holder, field, pieces in self._pending.values():
            if added := pieces.getvalue():
                before = holder.get(field)
                holder[field] = (before if isinstance(before, str) else "") + added
                _empty(pieces)
        output = [self._items[index] for index in sorted(self._items)]
        given = self._response.get("output")
        if self.terminal is not None and isinstance(given, list) and given:
            output = given
        return {**self._response, "output": output}

    def feed(self, event: Mapping[str, Any]) -> None:
        """Take in one event; never raises."""
        kind = event.get("type") if isinstance(event, Mapping) else None
        if not isinstance(kind, str):
            return
        if kind in _LIFECYCLE or kind in TERMINALS:
            self._take_lifecycle(kind, event)
        elif kind in ("response.output_item.added", "response.output_item.done"):
            item = event.get("item")
            if isinstance(item, Mapping):
                index = self._index(event, item.get("id"))
                self._forget(index)
                self._items[index] = _copy(item)
        elif kind == "response.output_text.annotation.added":
            annotations = self._holder(event, _TEXTS["output_text"]).setdefault("annotations", [])
            if isinstance(annotations, list):
                annotations.append(event.get("annotation"))
        else:
            name, _, phase = kind.removeprefix("response.").rpartition(".")
            if name in _TEXTS and phase in ("delta", "done"):
                self._take_text(name, phase, event)
            elif name in _PARTS and isinstance(part := event.get("part"), Mapping):
                self._take_part(name, event, dict(part))

    def _take_lifecycle(self, kind: str, event: Mapping[str, Any]) -> None:
        response = event.get("response")
        if isinstance(response, Mapping):
            self._response = {**self._response, **response}
        if kind not in TERMINALS:
            return
        if kind == "error":
            told = event.get("error")
            source = told if isinstance(told, Mapping) else event
            error = {"code": source.get("code"), "message": source.get("message")}
            self._response = {**self._response, "status": "failed", "error": error}
        self._response.setdefault("status", TERMINALS[kind])
        self.terminal = kind

    def _take_text(self, name: str, phase: str, event: Mapping[str, Any]) -> None:
        text = _TEXTS[name]
        if phase == "done":
            if isinstance(whole := event.get(text.field), str):
                holder = self._holder(event, text)
                self._forget_text(holder, text.field)
                holder[text.field] = whole
        elif isinstance(delta := event.get("delta"), str):
            key = (self._index(event), f"{name} {event.get(text.at)}")
            known = self._pending.get(key)
            if known is None:
                known = self._pending[key] = (self._holder(event, text), text.field, StringIO())
            known[2].write(delta)

    def _take_part(self, name: str, event: Mapping[str, Any], part: dict[str, Any]) -> None:
        holder = self._holder(event, _PARTS[name])
        for field in ("text", "refusal"):
            self._forget_text(holder, field)
        holder.clear()
        holder.update(part)

    def _index(self, event: Mapping[str, Any], item_id: object = None) -> int:
        """Where in the output the event belongs: by its index, else by its item's id, else the last place."""
        index = event.get("output_index")
        if type(index) is int and index >= 0:
            self._last = index
            return index
        item_id = event.get("item_id") or item_id
        if item_id is not None:
            found = (at for at, item in self._items.items() if item.get("id") == item_id)
            self._last = next(found, max(self._items, default=-1) + 1)
        return self._last

    def _holder(self, event: Mapping[str, Any], text: _Text) -> dict[str, Any]:
        """The object that holds a text: the item, or a part of it, made up if it never came."""
        index = self._index(event)
        item = self._items.get(index)
        if item is None:
            item = self._items[index] = _made_up(text.item_type, event.get("item_id"))
        if text.parts is None:
            return item
        parts = item.get(text.parts)
        if not isinstance(parts, list):
            parts = item[text.parts] = []
        at = event.get(text.at)
        if type(at) is not int or not 0 <= at <= len(parts):
            at = max(0, len(parts) - 1)  # an index from nowhere: the last part is the likeliest
        if at == len(parts):
            parts.append(_new_part(text.part_type))
        elif not isinstance(parts[at], dict):
            parts[at] = _new_part(text.part_type)
        part: dict[str, Any] = parts[at]
        return part

    def _forget(self, index: int) -> None:
        self._pending = {key: value for key, value in self._pending.items() if key[0] != index}

    def _forget_text(self, holder: dict[str, Any], field: str) -> None:
        for known, name, pieces in self._pending.values():
            if known is holder and name == field:
                _empty(pieces)


def _empty(pieces: StringIO) -> None:
    pieces.seek(0)
    pieces.truncate()


def _copy(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item of our own, down to the parts, which are the things that grow."""
    copy = dict(item)
    for where in ("content", "summary"):
        if isinstance(parts := copy.get(where), list):
            copy[where] = [dict(part) if isinstance(part, Mapping) else part for part in parts]
    return copy


def _made_up(item_type: str, item_id: object) -> dict[str, Any]:
    item: dict[str, Any] = {"type": item_type, "status": "in_progress"}
    if isinstance(item_id, str):
        item["id"] = item_id
    if item_type == "message":
        item |= {"role": "assistant", "content": []}
    elif item_type == "reasoning":
        item["summary"] = []
    return item


def _new_part(kind: str) -> dict[str, Any]:
    if kind == "refusal":
        return {"type": kind, "refusal": ""}
    return (
        {"type": kind, "text": "", "annotations": []} if kind == "output_text" else {"type": kind, "text": ""}
    )
