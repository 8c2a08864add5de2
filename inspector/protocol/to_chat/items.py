"""What the items of a request's input are: messages, calls, outputs, and which output answers which call."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

from inspector.protocol.report import Kind, escape
from inspector.protocol.to_chat.refusals import Refusals
from inspector.protocol.to_chat.shapes import Template

OUTPUTS = frozenset(
    (
        "function_call_output",
        "custom_tool_call_output",
        "local_shell_call_output",
        "shell_call_output",
        "apply_patch_call_output",
        "tool_search_output",
    )
)
CALLS: dict[str, str] = {
    "function_call": "arguments",
    "custom_tool_call": "input",
    "local_shell_call": "action",
    "shell_call": "action",
    "apply_patch_call": "operation",
    "tool_search_call": "arguments",
}
"""Calls that a client answers -> the member that says what is wanted."""

_SILENT = {
    "id": "chat messages have no ids",
    "status": "what is in the history counts as complete",
    "internal_chat_message_metadata_passthrough": "Codex's own note, never meant for a model",
    "author": "the text says who sent it",
    "recipient": "the text says whom it is for",
    "phase": "Chat does not tell commentary from answers",
}


def item_type(item: Any) -> str | None:
    """An item's type, which messages may leave out; "tool" for a message with that role, None for no item."""
    if not isinstance(item, dict):
        return None
    kind = item.get("type")
    if kind is None or kind == "message":
        if "role" in item:
            return "tool" if item["role"] == "tool" else "message"
        return "item_reference" if kind is None and isinstance(item.get("id"), str) else kind
    return kind if isinstance(kind, str) else None


def call_id_of(item: dict[str, Any]) -> str | None:
    """The id that ties a call and its output together; `id` where older items have nothing else."""
    for key in ("call_id", "tool_call_id", "id"):
        value = item.get(key)
        if isinstance(value, str) and value:
            return value
    return None


def dropped(key: str) -> Template:
    """That a member of an item does not travel, and why."""
    reason = _SILENT.get(key, "unknown to Chat messages")
    return Template(Kind.DROPPED, f"/{escape(key)}", None, reason)


def refuse_attachments(attachments: Any, at: str, refusals: Refusals) -> None:
    """Refuse files that were uploaded before, by their ids."""
    found = attachments if isinstance(attachments, list) else [attachments]
    ids = [str(one.get("file_id")) for one in found if isinstance(one, dict) and one.get("file_id")]
    ids += [one for one in found if isinstance(one, str)]
    named = ", ".join(ids)[:200] or "without ids"
    message = (
        f"attachments ({named}) are on the server, where the bridge cannot read them: send their content"
    )
    refusals.add(at, "unsupported_parameter", message)


class Outputs:
    """The outputs in the input, to be taken by the calls they answer; of one id, first come, first served."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items
        self.kinds = [item_type(item) for item in items]
        self._waiting: dict[str | None, deque[int]] = defaultdict(deque)
        self._ended: list[int] = []  # before each item: how many messages that end a turn
        ended = 0
        for n, kind in enumerate(self.kinds):
            self._ended.append(ended)
            if kind in OUTPUTS or kind == "tool":
                self._waiting[call_id_of(items[n])].append(n)
            elif kind == "agent_message" or (kind == "message" and items[n].get("role") != "assistant"):
                ended += 1

    def take(self, call_id: str) -> int | None:
        """The index of the output for a call, None when there is none (left)."""
        waiting = self._waiting.get(call_id)
        return waiting.popleft() if waiting else None

    def is_apart(self, output: int, call: int) -> bool:
        """Whether something was said between a call and its output, or the output came first."""
        return output < call or self._ended[output] != self._ended[call]

    def left(self) -> list[int]:
        """Indexes of the outputs that no call took, in order."""
        return sorted(n for waiting in self._waiting.values() for n in waiting)
