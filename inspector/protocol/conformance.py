"""The rules of a well-formed Responses event stream, and where a given stream breaks them.

rule           broken when
shape          an event is no object, has no type, or lacks a field that its type requires
first-event    the stream does not begin with response.created
sequence       sequence_number is missing, or is not the one before plus one
response-id    the response's id is no string, or changes
terminal       there is no terminal event, or something follows it
status         the terminal event and its response's status contradict each other
error-event    an `error` event: Codex hides it, and says only that the stream was cut
usage          usage lacks the counts that clients insist on
item-order     output_index does not count up, an item is added twice, or an event comes for an item
               that is not open
item-identity  id, type or call_id of an item change while it streams
item-open      an item is never closed. Exempt: a call in an incomplete response, since Codex runs a
               call as soon as it is done, and everything in a failed one
part-order     a text event comes for a part that is not open, or a part is never closed
sum            the deltas of a text do not add up to its `done`, or the closed item says otherwise
output         the final response's output differs from the items that were closed
codex-drops    well-formed or not: Codex passes over it without a word (measured)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from inspector.protocol.accumulate import TERMINALS


@dataclass(frozen=True, slots=True)
class Remark:
    """A rule broken, first at event `n` (0.., the number of events for what is missing at the end)."""

    n: int
    rule: str
    text: str


def check(events: Iterable[object]) -> list[Remark]:
    """Every breach, where it happens first, in order; an empty list for a well-formed stream."""
    checker = Checker()
    for event in events:
        checker.feed(event)
    checker.close()
    return checker.remarks


# Fields that an event must have beside `type` and `sequence_number`, by type; the rest of the API's events
# concern hosted tools and are only checked as part of the stream.
_ITEM = {"output_index": int}
_PART = {"item_id": str, "output_index": int, "content_index": int}
_SUMMARY = {"item_id": str, "output_index": int, "summary_index": int}
_CALL = {"item_id": str, "output_index": int}
_FIELDS: dict[str, dict[str, type]] = {
    "response.created": {"response": Mapping},
    "response.queued": {"response": Mapping},
    "response.in_progress": {"response": Mapping},
    "response.completed": {"response": Mapping},
    "response.incomplete": {"response": Mapping},
    "response.failed": {"response": Mapping},
    "error": {"message": str},
    "response.output_item.added": {**_ITEM, "item": Mapping},
    "response.output_item.done": {**_ITEM, "item": Mapping},
    "response.content_part.added": {**_PART, "part": Mapping},
    "response.content_part.done": {**_PART, "part": Mapping},
    "response.output_text.delta": {**_PART, "delta": str, "logprobs": list},
    "response.output_text.done": {**_PART, "text": str, "logprobs": list},
    "response.refusal.delta": {**_PART, "delta": str},
    "response.refusal.done": {**_PART, "refusal": str},
    "response.reasoning_text.delta": {**_PART, "delta": str},
    "response.reasoning_text.done": {**_PART, "text": str},
    "response.reasoning_summary_part.added": {**_SUMMARY, "part": Mapping},
    "response.reasoning_summary_part.done": {**_SUMMARY, "part": Mapping},
    "response.reasoning_summary_text.delta": {**_SUMMARY, "delta": str},
    "response.reasoning_summary_text.done": {**_SUMMARY, "text": str},
    "response.function_call_arguments.delta": {**_CALL, "delta": str},
    "response.function_call_arguments.done": {**_CALL, "arguments": str},
    "response.custom_tool_call_input.delta": {**_CALL, "delta": str},
    "response.custom_tool_call_input.done": {**_CALL, "input": str},
}

# Texts of parts and of whole items: the name between `response.` and `.delta` or `.done` -> the text's field.
_PART_TEXTS = {
    "output_text": "text",
    "refusal": "refusal",
    "reasoning_text": "text",
    "reasoning_summary_text": "text",
}
_CALL_TEXTS = {"function_call_arguments": "arguments", "custom_tool_call_input": "input"}
_PARTS = {"content_part": "content", "reasoning_summary_part": "summary"}

# Items that Codex cannot use unless these are strings: it drops them in silence.
_CODEX_NEEDS: dict[str, tuple[str, ...]] = {
    "function_call": ("call_id", "name", "arguments"),
    "custom_tool_call": ("call_id", "name", "input"),
    "message": ("role",),
}


@dataclass(slots=True)
class _Item:
    """An item between added and done."""

    body: Mapping[str, Any]
    texts: dict[str, StringIO] = field(default_factory=dict)  # deltas by "text name, index of the part"
    finished: dict[str, str] = field(default_factory=dict)  # the same, as their done events told them
    parts: set[str] = field(default_factory=set)  # open ones, by "list, index"


class Checker:
    """The rules, event by event: `feed` each, `close` at the stream's end; `remarks` grows."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []
        self._told: set[tuple[str, str]] = set()
        self._n = 0
        self._sequence: int | None = None
        self._response_id: object = None
        self._terminal: str | None = None
        self._open: dict[int, _Item] = {}
        self._closed: dict[int, Mapping[str, Any]] = {}

    def feed(self, event: object) -> None:
        """Check the next event."""
        self._check(event)
        self._n += 1

    def close(self) -> None:
        """The stream is over: tell what is missing."""
        if self._terminal is None:
            self._remark("terminal", "the stream ends without a terminal event")
            for index in self._open:
                self._remark("item-open", f"item {index} is never closed")

    def _remark(self, rule: str, text: str) -> None:
        # A field that is missing in every event is one remark, not thousands.
        if (rule, text) not in self._told:
            self._told.add((rule, text))
            self.remarks.append(Remark(self._n, rule, text))

    def _check(self, event: object) -> None:
        if not isinstance(event, Mapping) or not isinstance(kind := event.get("type"), str):
            self._remark("shape", "the event is no object with a type")
            return
        if self._n == 0 and kind != "response.created":
            self._remark("first-event", f"the stream begins with {kind}, not with response.created")
        self._check_sequence(event)
        if self._terminal is not None:
            self._remark("terminal", f"{kind} comes after the terminal event {self._terminal}")
        complete = True
        for name, expected in _FIELDS.get(kind, {}).items():
            if not isinstance(event.get(name), expected) or isinstance(event.get(name), bool):
                complete = False
                self._remark("shape", f"{kind} lacks a usable {name!r}")
        if isinstance(response := event.get("response"), Mapping):
            self._check_response(response)
        if kind in TERMINALS:
            self._check_terminal(kind, event)
        elif complete:
            self._check_content(kind, event)

    def _check_sequence(self, event: Mapping[str, Any]) -> None:
        number = event.get("sequence_number")
        if type(number) is not int:
            self._remark("sequence", "there is no integer sequence_number")
            return
        expected = 0 if self._sequence is None else self._sequence + 1
        if number != expected:
            self._remark("sequence", f"sequence_number is {number}, expected {expected}")
        self._sequence = number

    def _check_response(self, response: Mapping[str, Any]) -> None:
        if not isinstance(response.get("id"), str):
            self._remark("response-id", "the response has no string id, which Codex insists on")
        elif self._response_id is None:
            self._response_id = response["id"]
        elif response["id"] != self._response_id:
            self._remark(
                "response-id", f"the response's id changes from {self._response_id} to {response['id']}"
            )

    def _check_terminal(self, kind: str, event: Mapping[str, Any]) -> None:
        if kind == "error":
            self._remark("error-event", "Codex hides an error event and says only that the stream was cut")
        response = event.get("response")
        if isinstance(response, Mapping):
            if response.get("status") not in (TERMINALS[kind], None):
                self._remark("status", f"{kind} says that its response is {response.get('status')}")
            if (usage := response.get("usage")) is not None:
                self._check_usage(usage)
            if kind == "response.completed":
                self._check_output(response.get("output"))
        for index, item in self._open.items():
            call = str(item.body.get("type")).endswith("_call")
            if kind == "response.completed" or (kind == "response.incomplete" and not call):
                self._remark("item-open", f"item {index} is never closed")
        self._terminal = kind

    def _check_usage(self, usage: object) -> None:
        if not isinstance(usage, Mapping):
            self._remark("usage", "usage is no object")
            return
        if "prompt_tokens" in usage:
            self._remark("usage", "usage has the shape of Chat Completions")
        for name in ("input_tokens", "output_tokens", "total_tokens"):
            if type(usage.get(name)) is not int:
                self._remark("usage", f"usage lacks an integer {name!r}")
        for name, count in (
            ("input_tokens_details", "cached_tokens"),
            ("output_tokens_details", "reasoning_tokens"),
        ):
            details = usage.get(name)
            if details is not None and not (isinstance(details, Mapping) and type(details.get(count)) is int):
                self._remark("usage", f"usage.{name} lacks an integer {count!r}")

    def _check_output(self, output: object) -> None:
        listed = output if isinstance(output, list) else []
        if listed and not self._closed and not self._open:
            self._remark(
                "codex-drops", "the output is told in the terminal event only: Codex shows an empty answer"
            )
        elif len(listed) != len(self._closed):
            self._remark(
                "output", f"{len(self._closed)} items were closed, the final output has {len(listed)}"
            )
        else:
            for n, (index, item) in enumerate(sorted(self._closed.items())):
                if not isinstance(listed[n], Mapping) or _identity(listed[n]) != _identity(item):
                    self._remark("output", f"item {index} is another one in the final output")

    def _check_content(self, kind: str, event: Mapping[str, Any]) -> None:
        if kind == "response.output_item.added":
            self._check_added(event["output_index"], event["item"])
        elif kind == "response.output_item.done":
            self._check_done(event["output_index"], event["item"])
        elif kind in _FIELDS and "item_id" in _FIELDS[kind]:
            item = self._open.get(event["output_index"])
            if item is None:
                self._remark(
                    "item-order", f"{kind} comes for item {event['output_index']}, which is not open"
                )
                return
            if event["item_id"] != item.body.get("id"):
                self._remark("item-identity", f"{kind} calls item {event['output_index']} {event['item_id']}")
            name, _, phase = kind.removeprefix("response.").rpartition(".")
            self._check_text(item, name, phase, event)

    def _check_added(self, index: int, item: Mapping[str, Any]) -> None:
        expected = len(self._open) + len(self._closed)
        if index in self._open or index in self._closed:
            self._remark("item-order", f"item {index} is added twice")
        elif index != expected:
            self._remark("item-order", f"item {index} is added, expected {expected}")
        self._open[index] = _Item(item)

    def _check_done(self, index: int, item: Mapping[str, Any]) -> None:
        added = self._open.pop(index, None)
        if added is None:
            self._remark("item-order", f"item {index} is closed but was not open")
        else:
            if _identity(added.body) != _identity(item):
                self._remark("item-identity", f"item {index} changes its id, type or call_id")
            for part in sorted(added.parts):
                self._remark("part-order", f"part {part} of item {index} is never closed")
            self._check_sums(index, item, added)
        self._closed[index] = item
        self._check_codex(index, item)

    def _check_text(self, item: _Item, name: str, phase: str, event: Mapping[str, Any]) -> None:
        index = event.get("summary_index", event.get("content_index"))
        if name in _PARTS:
            part = f"{_PARTS[name]}/{index}"
            if phase == "added":
                item.parts.add(part)
            elif part not in item.parts:
                self._remark("part-order", f"part {part} is closed but was not open")
            item.parts -= {part} if phase == "done" else set()
            return
        key = name
        if name in _PART_TEXTS:
            part = f"{'summary' if 'summary_index' in event else 'content'}/{index}"
            key = f"{name} {part}"
            if part not in item.parts:
                self._remark("part-order", f"text comes for part {part}, which is not open")
        if phase == "delta":
            item.texts.setdefault(key, StringIO()).write(event["delta"])
            return
        text = event[_PART_TEXTS.get(name) or _CALL_TEXTS[name]]
        if (summed := item.texts.pop(key, StringIO()).getvalue()) != text:
            self._remark(
                "sum", f"the deltas of {key} add up to {len(summed)} characters, done has {len(text)}"
            )
        item.finished[key] = text

    def _check_sums(self, index: int, item: Mapping[str, Any], added: _Item) -> None:
        for key in added.texts:
            self._remark("sum", f"{key} of item {index} has deltas but no done")
        for key, text in added.finished.items():
            name, _, part = key.partition(" ")
            told = _part(item, part).get(_PART_TEXTS[name]) if part else item.get(_CALL_TEXTS[name])
            if told != text:
                self._remark("sum", f"item {index} closes with another {key} than its done event told")

    def _check_codex(self, index: int, item: Mapping[str, Any]) -> None:
        kind = item.get("type")
        for name in _CODEX_NEEDS.get(str(kind), ()):
            if not isinstance(item.get(name), str):
                self._remark("codex-drops", f"item {index}, a {kind}, has no string {name!r}")
        if kind == "message":
            content = item.get("content")
            if not isinstance(content, list):
                self._remark("codex-drops", f"item {index}, a message, has no list of content")
            elif any(isinstance(part, Mapping) and part.get("type") == "refusal" for part in content):
                self._remark(
                    "codex-drops", f"item {index} holds a refusal part: the person sees an empty answer"
                )


def _identity(item: Mapping[str, Any]) -> tuple[object, ...]:
    return item.get("type"), item.get("id"), item.get("call_id")


def _part(item: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """The part at "list/index" of an item; empty if there is none."""
    where, _, at = place.partition("/")
    parts = item.get(where)
    if not isinstance(parts, list) or not 0 <= int(at) < len(parts):
        return {}
    part = parts[int(at)]
    return part if isinstance(part, Mapping) else {}
