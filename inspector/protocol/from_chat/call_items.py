"""The output item of a tool call: gathered until it can be named, streamed, closed only when it is whole.

    state      until                            events
    GATHERING  name, id and an argument are     none: `added` needs name and id, and whoever sends a name in
               known, something else begins,    pieces is done with it when arguments come
               or the answer is over
    ANNOUNCED  the answer is over               output_item.added, what was gathered, then each delta
    CLOSED                                      the `done`s; for a truncated call none at all, since Codex
                                                runs a call as soon as it is done (measured)

A function becomes `function_call`, a custom tool `custom_tool_call` with its input unwrapped, both with the
namespace that Codex needs. The client's own tools (tool_search, local_shell, shell, apply_patch) have items
with the arguments as an object, so they are announced when the arguments are known to be whole: as soon as
something else begins, so that the output keeps the order of the chat stream, or at the end. If they do not
fit, the call is a `function_call`, which the client answers with an error that the model can read, where a
malformed item would be dropped without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from io import StringIO
from typing import Any

from inspector.protocol.from_chat.custom_input import InputUnwrapper
from inspector.protocol.from_chat.stream_event import EventLog
from inspector.protocol.json_text import parse_object
from inspector.protocol.surrogates import SurrogateJoiner, whole
from inspector.protocol.tools import ToolNames, ToolRef

# The API's own streams say so where a model gives no arguments; "" would not parse.
_NO_ARGUMENTS = "{}"


class _State(Enum):
    GATHERING = auto()
    ANNOUNCED = auto()
    CLOSED = auto()


class CallItem:
    """One tool call; `begin_item` makes room in the output and gives the item's index there."""

    def __init__(self, log: EventLog, tools: ToolNames, begin_item: Callable[[CallItem], int]) -> None:
        self.call_id: str | None = None
        self.name = ""
        self.has_arguments = False
        self.body: dict[str, Any] = {}
        self._log = log
        self._tools = tools
        self._begin_item = begin_item
        self._state = _State.GATHERING
        self._text = StringIO()  # the arguments as they came; of an announced custom tool, its input so far
        self._last = ""  # the last character of the arguments that is not blank
        self._joiner = SurrogateJoiner()
        self._ref = ToolRef("function", "")
        self._unwrapper: InputUnwrapper | None = None  # of a custom tool
        self._fields: dict[str, Any] | None = None  # of a client's own tool: what its arguments became
        self._tried = -1  # how long the arguments were when they were last found to be no object
        self._place: dict[str, Any] = {}

    @property
    def closed(self) -> bool:
        """Whether nothing can be added any more."""
        return self._state is _State.CLOSED

    def append(self, arguments: str) -> bool:
        """Go on with the arguments; False when the call is over, so that they are lost."""
        if self._state is _State.CLOSED or self._fields is not None:
            return not arguments.strip()
        if visible := arguments.rstrip():
            self.has_arguments = True
            self._last = visible[-1]
        if self._state is _State.ANNOUNCED:
            self._stream(arguments)
            return True
        self._text.write(arguments)
        if self.has_arguments and self.name and self.call_id is not None:
            self._ref = self._tools.restore(self.name)
            if self._ref.kind not in _CLIENT_ITEMS:
                self._announce()
        return True

    def settle(self) -> None:
        """Something else begins: be announced before it, if enough is known."""
        if self._state is not _State.GATHERING or not self.name or self.call_id is None:
            return
        self._ref = self._tools.restore(self.name)
        if self._ref.kind not in _CLIENT_ITEMS:
            self._announce()
        elif self.has_arguments and self._text.tell() > self._tried:
            self._tried = self._text.tell()
            self._announce_client_item()

    def is_whole(self) -> bool:
        """Whether the arguments are complete: a JSON object with its end, or an input with its last quote."""
        if self._unwrapper is not None:
            return self._unwrapper.complete
        # Cheap first: this may be asked at every fragment.
        return self._last == "}" and parse_object(self._text.getvalue()) is not None

    def close(self) -> None:
        """The call is whole: say so, which makes the client run it."""
        if self._state is _State.GATHERING:
            self._ref = self._tools.restore(self.name)
            if self._ref.kind not in _CLIENT_ITEMS or not self._announce_client_item():
                self._announce()
        if self._fields is not None:
            self.body = {**self.body, "status": "completed"}
            self._done(self._given())
            return
        if self._unwrapper is not None:
            self._delta(self._joiner.feed(self._unwrapper.close()))
        elif not self.has_arguments:
            self._delta(_NO_ARGUMENTS)
        self._delta(self._joiner.close())
        self._end()

    def leave_open(self) -> None:
        """The answer was cut off before the call was whole: show what there is, and never call it done."""
        if self._state is _State.GATHERING:
            self._ref = self._tools.restore(self.name)
            if self._ref.kind in _CLIENT_ITEMS:
                self._ref = ToolRef("function", self.name)
            self._announce()
        self._state = _State.CLOSED
        if self._fields is not None:
            self.body = {**self.body, "status": "incomplete"}
        else:
            self.body = self._item("incomplete", self._text.getvalue())

    def _announce(self) -> None:
        gathered, self._text = self._text.getvalue() if self.has_arguments else "", StringIO()
        if self._ref.kind == "custom":
            self._unwrapper = InputUnwrapper()
        self._begin("ctc" if self._unwrapper is not None else "fc")
        self.body = self._item("in_progress", "")
        self._added()
        self._stream(gathered)

    def _announce_client_item(self) -> bool:
        """Announce the call of a client's own tool; False when its arguments are not an object (yet)."""
        value = parse_object(self._given())
        prefix, build = _CLIENT_ITEMS[self._ref.kind]
        fields = build(value) if value is not None else None
        if fields is None:
            self._ref = ToolRef("function", self.name)
            if value is not None:
                self._announce()
            return value is not None
        self._fields = fields
        self._begin(prefix)
        head = {"id": self._place["item_id"], "type": f"{self._ref.kind}_call", "call_id": self.call_id}
        self.body = {**head, "status": "in_progress", **fields}
        self._added()
        if self._log.dual:
            called = {**self._place, "call_id": self.call_id}
            self._log.emit({"type": "response.output_tool_call.delta", **called, "delta": self._given()})
        return True

    def _begin(self, prefix: str) -> None:
        self._state = _State.ANNOUNCED
        if self.call_id is None:
            self.call_id = self._log.new_id("call")
        index = self._begin_item(self)
        self._place = {"item_id": self._log.new_id(prefix), "output_index": index}

    def _added(self) -> None:
        index = self._place["output_index"]
        self._log.emit({"type": "response.output_item.added", "output_index": index, "item": self.body})
        self._log.emit_dual({"type": "response.output_tool_call.begin", **self._place, **self._called()})

    def _stream(self, arguments: str) -> None:
        if self._unwrapper is not None:
            arguments = self._unwrapper.feed(arguments)
        self._delta(self._joiner.feed(arguments))

    def _delta(self, text: str) -> None:
        if not text:
            return
        self._text.write(text)
        kind = "custom_tool_call_input" if self._unwrapper is not None else "function_call_arguments"
        self._log.emit({"type": f"response.{kind}.delta", **self._place, "delta": text})
        if self._log.dual:
            called = {**self._place, "call_id": self.call_id}
            self._log.emit({"type": "response.output_tool_call.delta", **called, "delta": text})

    def _end(self) -> None:
        text = self._text.getvalue()
        if self._unwrapper is not None:
            done = {"type": "response.custom_tool_call_input.done", **self._place, "input": text}
        else:
            done = {"type": "response.function_call_arguments.done", **self._place}
            done |= {"name": self._ref.name, "arguments": text}
        self._log.emit(done)
        self.body = self._item("completed", text)
        self._done(text)

    def _done(self, arguments: str) -> None:
        self._state = _State.CLOSED
        given = {"input" if self._unwrapper is not None else "arguments": arguments}
        self._log.emit_dual(
            {"type": "response.output_tool_call.end", **self._place, **self._called(), **given}
        )
        index = self._place["output_index"]
        self._log.emit({"type": "response.output_item.done", "output_index": index, "item": self.body})

    def _given(self) -> str:
        """The arguments of a call of the client's own tool."""
        return whole(self._text.getvalue()) if self.has_arguments else _NO_ARGUMENTS

    def _called(self) -> dict[str, Any]:
        called: dict[str, Any] = {"call_id": self.call_id, "name": self._ref.name}
        if self._ref.namespace is not None:
            called["namespace"] = self._ref.namespace
        return called

    def _item(self, status: str, arguments: str) -> dict[str, Any]:
        custom = self._unwrapper is not None
        return {
            "id": self._place["item_id"],
            "type": "custom_tool_call" if custom else "function_call",
            "status": status,
            **self._called(),
            "input" if custom else "arguments": arguments,
        }


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(element, str) for element in value)


def _tool_search(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"execution": "client", "arguments": arguments}


def _local_shell(arguments: dict[str, Any]) -> dict[str, Any] | None:
    action = {"type": "exec", "env": {}, **arguments}
    return {"action": action} if _strings(action.get("command")) and isinstance(action["env"], dict) else None


def _shell(arguments: dict[str, Any]) -> dict[str, Any] | None:
    return {"action": arguments} if _strings(arguments.get("commands")) else None


def _apply_patch(arguments: dict[str, Any]) -> dict[str, Any] | None:
    operation = arguments.get("operation", arguments)
    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
        return None
    return {"operation": operation} if isinstance(operation.get("type"), str) else None


# Kind of the tool -> prefix of the item's id; the fields that the arguments become, None if they do not fit.
_CLIENT_ITEMS: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any] | None]]] = {
    "tool_search": ("tsc", _tool_search),
    "local_shell": ("lsh", _local_shell),
    "shell": ("sh", _shell),
    "apply_patch": ("apc", _apply_patch),
}
