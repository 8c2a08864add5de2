"""The assistant's turns: text and calls as one chat message, and behind it what the calls gave back.

    state    event                     next    what happens
    -------  ------------------------  ------  -------------------------------------------------------------
    CLOSED   assistant text, call      OPEN    a turn begins
    OPEN     call                      OPEN    joins the turn; one with an id that it has begins a new turn
    OPEN     assistant text            OPEN    joins a turn that has calls, else begins a new one
    OPEN     any other item that says  CLOSED  the turn's outputs follow, then what is no text in them
             something, the end

Chat wants each call answered by one tool message right behind its turn, so outputs are fetched from wherever
they stand, and one is injected where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.client_output import client_output
from inspector.protocol.to_chat.content import (
    Piece,
    as_text,
    point_part,
    point_text,
    read_content,
    set_content,
)
from inspector.protocol.to_chat.items import (
    CALLS,
    Outputs,
    call_id_of,
    dropped,
    refuse_attachments,
)
from inspector.protocol.to_chat.reasoning import Reasoning
from inspector.protocol.to_chat.refusals import Refusals
from inspector.protocol.to_chat.shapes import Shapes, Template, place
from inspector.protocol.to_chat.tool_definitions import INPUT, ToolList
from inspector.protocol.tools import ToolNames, call_ref, tool_refs

NO_OUTPUT = "No output was recorded for this call."
NOT_TEXT = "The output is not text; it follows in the next user message."

_RENAMED = "with its namespace, or shortened; finds its way back"


class Turns:
    """Writes turns to the end of `messages`; `places` are where the items stand in the request.

    `reasoning` is what waits for a turn to tell it.
    """

    def __init__(
        self,
        messages: list[dict[str, Any]],
        outputs: Outputs,
        places: Sequence[str],
        *,
        names: ToolNames,
        tools: ToolList,
        rows: list[Row],
        refusals: Refusals,
        reasoning: Reasoning,
    ) -> None:
        self._messages = messages
        self._outputs = outputs
        self._places = places
        self._shapes: Shapes = {}
        self._names = names
        self._tools = tools
        self._rows = rows
        self._refusals = refusals
        self._reasoning = reasoning
        self._open = False
        self._texts: list[Piece] = []  # of the open turn
        self._calls: dict[str, int] = {}  # of the open turn: call id -> index of the call's item
        # Of the closing turn: calls, and what is no text in their outputs.
        self._rest: list[tuple[str, list[Piece]]] = []

    def say(self, pieces: list[Piece]) -> str:
        """The assistant's text; gives the place of its message."""
        if not self._calls:
            self.close()
        self._begin()
        self._reasoning.give(self._messages)
        self._texts += pieces
        return f"/messages/{len(self._messages) - 1}"

    def call(self, item: dict[str, Any], n: int, at: str) -> None:
        """A call, the item at index `n`."""
        ref, call_id = call_ref(item), call_id_of(item)
        if ref is None or call_id is None:
            reason = f"the call has no {'name' if ref is None else 'call_id'}"
            self._refusals.add(at, "missing_required_parameter", reason)
            return
        if call_id in self._calls:
            self.close()
        if self._begin():
            where = f"/messages/{len(self._messages) - 1}"
            self._rows.append(Row(Kind.INJECTED, None, (f"{where}/role",), "calls are the assistant's"))
        self._reasoning.give(self._messages)
        turn = self._messages[-1]
        calls = turn.setdefault("tool_calls", [])
        base = f"/messages/{len(self._messages) - 1}/tool_calls/{len(calls)}"
        name = self._names.chat_name(ref)
        function = {"name": name, "arguments": _arguments(item)}
        calls.append({"id": call_id, "type": "function", "function": function})
        self._calls[call_id] = n
        self._call_rows(item, at, base, name)

    def _begin(self) -> bool:
        """Whether a new turn had to begin."""
        if self._open:
            return False
        self._open = True
        self._messages.append({"role": "assistant", "content": ""})
        return True

    def _call_rows(self, item: dict[str, Any], at: str, base: str, name: str) -> None:
        kind, given, namespace = item["type"], item.get("name"), item.get("namespace")
        has_id, is_text = isinstance(item.get("call_id"), str), isinstance(item.get(CALLS[kind]), str)
        shape = (kind, has_id, is_text, given == name, type(given), type(namespace), *item)
        if shape not in self._shapes:
            self._shapes[shape] = _call_members(item, name)
        if not has_id:
            reason = "the item's id stands for its missing call_id"
            self._rows.append(Row(Kind.INJECTED, None, (f"{base}/id",), reason))
        place(self._shapes[shape], at, base, self._rows)

    def close(self) -> None:
        """End the open turn, if any: its text in place, its outputs behind it, what is no text after them."""
        if not self._open:
            return
        self._open = False
        turn, where = self._messages[-1], f"/messages/{len(self._messages) - 1}"
        texts, self._texts = self._texts, []
        calls, self._calls = self._calls, {}
        if texts:
            set_content(turn, texts, where, self._rows)
        elif calls:
            turn["content"] = None
            self._rows.append(Row(Kind.INJECTED, None, (f"{where}/content",), "calls without text"))
        for call_id, call in calls.items():
            n = self._outputs.take(call_id)
            message = {"role": "tool", "tool_call_id": call_id, "content": NO_OUTPUT}
            place = f"/messages/{len(self._messages)}"
            self._messages.append(message)
            if n is None:
                self._rows.append(Row(Kind.INJECTED, None, (place,), "Chat refuses a call without an output"))
            else:
                self._output(message, place, n, self._outputs.is_apart(n, call))
        self._show()

    def _output(self, message: dict[str, Any], where: str, n: int, moved: bool) -> None:
        """Fill the tool message at `where` from the output item `n`."""
        item, at, kind = self._outputs.items[n], self._places[n], self._outputs.kinds[n]
        how, why = (Kind.MOVED, "right behind its call, where Chat wants it") if moved else (Kind.MAPPED, "")
        told = "tools" if kind == "tool_search_output" else "output"
        if kind == "tool" and "content" in item:
            told = "content"
        attachments = item.get("attachments")
        ids = type(item.get("call_id")), type(item.get("tool_call_id"))
        shape = (kind, moved, item.get("status") == "failed", bool(attachments), *ids, *item)
        if shape not in self._shapes:
            self._shapes[shape] = _output_members(item, told, how, why)
        place(self._shapes[shape], at, where, self._rows)
        if attachments:
            refuse_attachments(attachments, f"{at}/attachments", self._refusals)
        value, place_of, target = item.get(told), f"{at}/{told}", f"{where}/content"
        if told not in item:
            text = ""
            if kind == "tool":
                self._refusals.add_unseen(at, "tool_output_empty", "the tool's output is missing")
        elif kind == "tool":
            text = client_output(value, place_of, target, self._rows, self._refusals)
        elif told == "tools":
            self._tools.add_all(value, place_of, also=target)
            text = as_text({"tools": [self._names.chat_name(ref) for ref in tool_refs(value)]})
        elif isinstance(value, str):
            text = value
            self._rows.append(Row(how, place_of, (target,), why))
        else:
            text = self._text_of(
                value, place_of, target, message["tool_call_id"], how if moved else None, why
            )
        if _has_failed(item):
            text = f"The patch failed.\n{text}" if text else "The patch failed."
        message["content"] = text

    def _text_of(
        self, output: Any, at: str, target: str, call_id: str, kind: Kind | None, reason: str
    ) -> str:
        """The text of an output that is no string; what is no text is kept for the message behind them."""
        rows = self._rows
        if not _is_content(output):
            rows.append(
                Row(kind or Kind.RENAMED, at, (target,), reason or "as JSON: tool messages hold text")
            )
            return "" if output is None else as_text(output)
        if not output:
            rows.append(Row(kind or Kind.MAPPED, at, (target,), reason))
            return ""
        pieces = read_content(output, at, rows, self._refusals)
        texts = [piece for piece in pieces if piece.is_text]
        for piece in texts:
            point_text(piece, target, rows, kind, reason)
        if len(texts) == len(pieces):
            return "\n".join(piece.part["text"] for piece in texts)
        self._rest.append((call_id, [piece for piece in pieces if not piece.is_text]))
        if not texts:
            rows.append(Row(Kind.INJECTED, None, (target,), "says where the output is"))
            return NOT_TEXT
        return "\n".join(piece.part["text"] for piece in texts)

    def _show(self) -> None:
        """The user message with the images and files of the turn's outputs, each told by its call."""
        if not self._rest:
            return
        rest, self._rest = self._rest, []
        where = f"/messages/{len(self._messages)}"
        parts: list[dict[str, Any]] = []
        for call_id, pieces in rest:
            label = f"{where}/content/{len(parts)}"
            self._rows.append(Row(Kind.INJECTED, None, (label,), "says whose output follows"))
            parts.append({"type": "text", "text": f"Output of the tool call {call_id}:"})
            for piece in pieces:
                reason = "tool messages hold text only; sent as the user's, right behind"
                point_part(piece, f"{where}/content/{len(parts)}", self._rows, Kind.MOVED, reason)
                parts.append(piece.part)
        self._rows.append(Row(Kind.INJECTED, None, (f"{where}/role",), "carries what tool messages cannot"))
        self._messages.append({"role": "user", "content": parts})


def _call_members(item: dict[str, Any], name: str) -> list[Template]:
    """The rows about a call's members; `name` is what Chat calls the tool."""
    plain = item["type"] == "function_call"
    templates = []
    for key, value in item.items():
        if key == "type":
            ending, same, reason = "", plain, "Chat knows function calls only"
        elif key == "call_id" and isinstance(value, str):
            ending, same, reason = "/id", True, ""
        elif key == CALLS[item["type"]]:
            ending, same = "/function/arguments", plain and isinstance(value, str)
            reason = "as a function's arguments"
        elif key in ("name", "namespace") and isinstance(value, str):
            ending, same, reason = "/function/name", key == "name" and value == name, _RENAMED
        else:
            templates.append(dropped(key))
            continue
        kind = Kind.MAPPED if same else Kind.RENAMED
        templates.append(Template(kind, f"/{key}", ending, "" if same else reason))
    return templates


def _output_members(item: dict[str, Any], told: str, kind: Kind, reason: str) -> list[Template]:
    """The rows about an output's members, but for `told`, which holds the output, and what is refused."""
    templates = []
    for key, value in item.items():
        if key in ("type", "role"):
            templates.append(Template(kind, f"/{key}", "", reason))
        elif key in ("call_id", "tool_call_id") and isinstance(value, str):
            templates.append(Template(kind, f"/{key}", "/tool_call_id", reason))
        elif key == "status" and _has_failed(item):
            failure = "told in the text: nothing else tells it"
            templates.append(Template(Kind.RENAMED, "/status", "/content", failure))
        elif key != told and not (key == "attachments" and value):
            templates.append(dropped(key))
    return templates


def _has_failed(item: dict[str, Any]) -> bool:
    """Whether a patch was not applied, which only its status says."""
    return item.get("type") == "apply_patch_call_output" and item.get("status") == "failed"


def _arguments(item: dict[str, Any]) -> str:
    """What a call wants, as a function's arguments."""
    wanted = item.get(CALLS[item["type"]])
    if item["type"] == "custom_tool_call":
        return as_text({INPUT: "" if wanted is None else as_text(wanted)})
    return "{}" if wanted is None else as_text(wanted)


def _is_content(output: Any) -> bool:
    """Whether a list is one of content parts, and not some tool's own JSON."""
    return isinstance(output, list) and all(isinstance(part, dict) and "type" in part for part in output)
