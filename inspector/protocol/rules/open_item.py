"""What may happen to one output item between its `added` and its `done`.

output_item.added
  content_part.added (reasoning_summary_part.added)     part n is the n-th; the item is of its type
    output_text.delta ..., output_text.done             the part is open and of this type
  content_part.done                                     says what the deltas said
  function_call_arguments.delta ..., .done              the item is such a call
output_item.done                                        no part is open; says what all these said
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, NamedTuple

from inspector.protocol.rules.shapes import Breach


class _Text(NamedTuple):
    """A text that streams: the type of what holds it, and its field there."""

    holder: str
    field: str


# By the event's name between `response.` and `.delta` or `.done`: texts of parts, and of whole items.
_PART_TEXTS = {
    "output_text": _Text("output_text", "text"),
    "refusal": _Text("refusal", "refusal"),
    "reasoning_text": _Text("reasoning_text", "text"),
    "reasoning_summary_text": _Text("summary_text", "text"),
}
_CALL_TEXTS = {
    "function_call_arguments": _Text("function_call", "arguments"),
    "custom_tool_call_input": _Text("custom_tool_call", "input"),
}
_LISTS = {"content_part": "content", "reasoning_summary_part": "summary"}
_ITEMS_OF_PARTS = {"content": ("message", "reasoning"), "summary": ("reasoning",)}


def identity(item: Mapping[str, Any]) -> tuple[object, ...]:
    """What may not change about an item: its type, id and call_id."""
    return item.get("type"), item.get("id"), item.get("call_id")


@dataclass(slots=True)
class OpenItem:
    """An item that was added, and what its events have told since."""

    index: int
    body: Mapping[str, Any]
    _parts: dict[str, Any] = field(default_factory=dict)  # "list/n" of each open part -> its type
    _counts: dict[str, int] = field(default_factory=dict)  # parts begun, by list
    _deltas: dict[tuple[str, str], StringIO] = field(
        default_factory=dict
    )  # by text name and part, "" for none
    _told: dict[tuple[str, str], str] = field(
        default_factory=dict
    )  # the same, as the texts' done events said

    def take(self, name: str, phase: str, event: Mapping[str, Any]) -> Iterator[Breach]:
        """An event `response.{name}.{phase}` of this item, whose fields are there."""
        kind = self.body.get("type")
        if event["item_id"] != self.body.get("id"):
            yield "item-identity", f"{name}.{phase} calls item {self.index} {event['item_id']}"
        if name in _LISTS:
            yield from self._take_part(_LISTS[name], phase, event)
        elif text := _PART_TEXTS.get(name):
            where = "summary" if "summary_index" in event else "content"
            part = f"{where}/{event.get(f'{where}_index')}"
            if part not in self._parts:
                yield "part-order", f"text comes for part {part} of item {self.index}, which is not open"
            elif self._parts[part] != text.holder:
                yield "part-order", f"{name}.{phase} comes for a part of type {self._parts[part]}"
            yield from self._take_text(name, phase, part, text, event)
        elif text := _CALL_TEXTS.get(name):
            if kind != text.holder:
                yield "item-order", f"{name}.{phase} comes for item {self.index}, a {kind}"
            yield from self._take_text(name, phase, "", text, event)

    def close(self, item: Mapping[str, Any]) -> Iterator[Breach]:
        """The item is done, and this is how it ended up."""
        if identity(self.body) != identity(item):
            yield "item-identity", f"item {self.index} changes its id, type or call_id"
        for part in sorted(self._parts):
            yield "part-order", f"part {part} of item {self.index} is never closed"
        for name, part in self._deltas:
            yield "sum", f"{name} {part} of item {self.index} has deltas but no done"
        for (name, part), text in self._told.items():
            if part:
                told = _part(item, part).get(_PART_TEXTS[name].field)
            else:
                told = item.get(_CALL_TEXTS[name].field)
            if told != text:
                yield "sum", f"item {self.index} closes with another {name} {part} than its done event told"

    def _take_part(self, where: str, phase: str, event: Mapping[str, Any]) -> Iterator[Breach]:
        n = event["summary_index" if where == "summary" else "content_index"]
        part = f"{where}/{n}"
        if phase == "done":
            if part not in self._parts:
                yield "part-order", f"part {part} of item {self.index} is closed but was not open"
                return
            kind = self._parts.pop(part)
            if event["part"].get("type") != kind:
                yield "part-order", f"part {part} of item {self.index} changes its type"
            for (name, of), text in self._told.items():
                if of == part and event["part"].get(_PART_TEXTS[name].field) != text:
                    yield "sum", f"part {part} of item {self.index} closes with another text than it was told"
            return
        kind = self.body.get("type")
        if kind not in _ITEMS_OF_PARTS[where]:
            yield "item-order", f"a part comes for item {self.index}, a {kind}"
        expected = self._counts.get(where, 0)
        if n != expected:
            yield "part-order", f"part {part} of item {self.index} begins, expected {where}/{expected}"
        self._counts[where] = max(expected, n + 1)
        self._parts[part] = event["part"].get("type")

    def _take_text(
        self, name: str, phase: str, part: str, text: _Text, event: Mapping[str, Any]
    ) -> Iterator[Breach]:
        key = name, part
        if phase == "delta":
            self._deltas.setdefault(key, StringIO()).write(event["delta"])
            return
        told, summed = event[text.field], self._deltas.pop(key, StringIO()).getvalue()
        if key in self._told:
            yield "sum", f"{name} {part} of item {self.index} is done twice"
        elif summed != told:
            lengths = f"{len(summed)} characters, done has {len(told)}"
            yield "sum", f"the deltas of {name} {part} of item {self.index} add up to {lengths}"
        self._told[key] = told


def _part(item: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """The part at "list/n" of an item; empty if there is none."""
    where, _, at = place.partition("/")
    parts = item.get(where)
    if not isinstance(parts, list) or not at.isdigit() or not int(at) < len(parts):
        return {}
    part = parts[int(at)]
    return part if isinstance(part, Mapping) else {}
