"""The rules of a well-formed Responses event stream, and where a given stream breaks them.

rule           broken when
shape          an event is no object, has no type, or lacks a field that its type requires
first-event    the stream does not begin with response.created, or has another one later
sequence       sequence_number is missing, or is not the one before plus one
response-id    the response's id is no string, or changes
terminal       there is no terminal event, or something follows it (but the dual profile's response.done)
status         the terminal event and its response contradict each other, or a bad ending has no reason
error-event    an `error` event: Codex hides it, and says only that the stream was cut
usage          usage lacks the counts that clients insist on
item-order     output_index does not count up, an item is added twice, or an event comes for an item
               that is not open, or is of another type
item-identity  id, type or call_id of an item change while it streams, or two items share an id or call_id
item-open      an item is never closed. Exempt: a call in an incomplete response, since Codex runs a
               call as soon as it is done, and everything in a failed one
part-order     a text event comes for a part that is not open or of another type, a part is out of turn,
               or never closed
sum            the deltas of a text do not add up to its `done`, or the closed part or item says otherwise
output         the final response's output differs from the items that were closed
codex-drops    well-formed or not: Codex passes over it without a word (measured)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.protocol.accumulate import TERMINALS
from inspector.protocol.rules.codex import check_dropped, check_told_late
from inspector.protocol.rules.open_item import OpenItem
from inspector.protocol.rules.response import check_ending, check_output
from inspector.protocol.rules.shapes import FIELDS, Breach, check_shape, is_usable


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


class Checker:
    """The rules, event by event: `feed` each, `close` at the stream's end; `remarks` grows."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []
        self._told: set[Breach] = set()
        self._n = 0
        self._sequence: int | None = None
        self._response_id: object = None
        self._terminal: str | None = None
        self._open: dict[int, OpenItem] = {}
        self._closed: dict[int, Mapping[str, Any]] = {}
        self._ids: dict[tuple[str, str], int] = {}  # ("id" or "call_id", value) -> the item that has it

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

    def _remark_all(self, breaches: Iterable[Breach]) -> None:
        for rule, text in breaches:
            self._remark(rule, text)

    def _check(self, event: object) -> None:
        if not isinstance(event, Mapping) or not isinstance(kind := event.get("type"), str):
            self._remark("shape", "the event is no object with a type")
            return
        if self._n == 0 and kind != "response.created":
            self._remark("first-event", f"the stream begins with {kind}, not with response.created")
        elif self._n > 0 and kind == "response.created":
            self._remark("first-event", "response.created comes again, or late")
        self._check_sequence(event)
        if self._terminal is not None and kind != "response.done":
            self._remark("terminal", f"{kind} comes after the terminal event {self._terminal}")
        self._remark_all(check_shape(kind, event))
        if isinstance(response := event.get("response"), Mapping):
            self._check_response_id(response)
        if kind in TERMINALS:
            self._check_terminal(kind, response if isinstance(response, Mapping) else {})
        elif is_usable(kind, event):
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

    def _check_response_id(self, response: Mapping[str, Any]) -> None:
        response_id = response.get("id")
        if not isinstance(response_id, str):
            self._remark("response-id", "the response has no string id, which Codex insists on")
        elif self._response_id is None:
            self._response_id = response_id
        elif response_id != self._response_id:
            self._remark(
                "response-id", f"the response's id changes from {self._response_id} to {response_id}"
            )

    def _check_terminal(self, kind: str, response: Mapping[str, Any]) -> None:
        if kind == "error":
            self._remark("error-event", "Codex hides an error event and says only that the stream was cut")
        elif response:
            self._remark_all(check_ending(kind, response))
        if kind == "response.completed":
            if not self._closed and not self._open:
                self._remark_all(check_told_late(response.get("output")))
            else:
                self._remark_all(check_output(response.get("output"), self._closed))
        for index, item in self._open.items():
            call = str(item.body.get("type")).endswith("_call")
            if kind == "response.completed" or (kind == "response.incomplete" and not call):
                self._remark("item-open", f"item {index} is never closed")
        self._terminal = kind

    def _check_content(self, kind: str, event: Mapping[str, Any]) -> None:
        if kind == "response.output_item.added":
            self._check_added(event["output_index"], event["item"])
        elif kind == "response.output_item.done":
            self._check_done(event["output_index"], event["item"])
        elif "item_id" in FIELDS.get(kind, ()):
            item = self._open.get(event["output_index"])
            if item is None:
                index = event["output_index"]
                self._remark("item-order", f"{kind} comes for item {index}, which is not open")
                return
            name, _, phase = kind.removeprefix("response.").rpartition(".")
            self._remark_all(item.take(name, phase, event))

    def _check_added(self, index: int, item: Mapping[str, Any]) -> None:
        expected = len(self._open) + len(self._closed)
        if index in self._open or index in self._closed:
            when = "twice" if index in self._open else "though it was closed"
            self._remark("item-order", f"item {index} is added {when}")
        elif index != expected:
            self._remark("item-order", f"item {index} is added, expected {expected}")
        self._open[index] = OpenItem(index, item)
        for field in ("id", "call_id"):
            if isinstance(value := item.get(field), str):
                other = self._ids.setdefault((field, value), index)
                if other != index:
                    self._remark("item-identity", f"items {other} and {index} have the same {field}")

    def _check_done(self, index: int, item: Mapping[str, Any]) -> None:
        added = self._open.pop(index, None)
        if added is None:
            self._remark("item-order", f"item {index} is closed but was not open")
        else:
            self._remark_all(added.close(item))
        self._closed[index] = item
        self._remark_all(check_dropped(index, item))
