"""Instructions and input items of a Responses request -> chat messages.

Of system and developer messages only one kind occurs, the one that the model family wants; the assistant's
text and calls become turns (`turns.py`); what has no form in Chat is dropped by name or refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.protocol.families import Family
from inspector.protocol.report import Kind, Row, escape
from inspector.protocol.to_chat.content import Piece, read_content, set_content
from inspector.protocol.to_chat.items import (
    CALLS,
    OUTPUTS,
    Outputs,
    dropped,
    refuse_attachments,
)
from inspector.protocol.to_chat.reasoning import Reasoning
from inspector.protocol.to_chat.refusals import Refusals
from inspector.protocol.to_chat.shapes import Shapes, Template, place
from inspector.protocol.to_chat.tool_definitions import ToolList
from inspector.protocol.to_chat.turns import Turns
from inspector.protocol.tools import ToolNames

_COMPACTED = "the history before it is lost: only the endpoint that made it can read the compacted part"
_DROPPED = {
    "reasoning": "encrypted reasoning cannot travel to Chat Completions",
    **dict.fromkeys(("compaction", "compaction_summary", "context_compaction"), _COMPACTED),
    "ghost_snapshot": "Codex's own note, never meant for a model",
}
# Measured with Codex 0.169: no feature flag turns it off; name and base_url of the provider decide.
COMPACTION = (
    "compaction on the server has no form in Chat Completions. Codex compacts by itself if its config.toml"
    ' gives the provider a `name` other than "Azure" and a `base_url` without the Azure host, for example'
    " http://127.0.0.1:8080/openai/v1; with `model_auto_compact_token_limit` above the model's window it"
    " never compacts"
)


class Conversation:
    """The messages of one request in the making."""

    def __init__(
        self,
        *,
        family: Family,
        names: ToolNames,
        tools: ToolList,
        rows: list[Row],
        refusals: Refusals,
        reasoning: bool,
    ) -> None:
        self.messages: list[dict[str, Any]] = []
        self._family = family
        self._names = names
        self._tools = tools
        self._rows = rows
        self._refusals = refusals
        self._reasoning = Reasoning(rows, read=reasoning)
        self._shapes: Shapes = {}

    def instruct(self, text: str, at: str) -> None:
        """The request's instructions, as the first message."""
        self.messages.append({"role": self._family.role, "content": text})
        reason = f"the first message, from {self._family.role}"
        self._rows.append(Row(Kind.RENAMED, at, ("/messages/0",), reason))

    def read(self, items: Sequence[Any], places: Sequence[str]) -> None:
        """All of `input`, and what was before it; `places` are where the items are."""
        outputs = Outputs(items)
        turns = Turns(
            self.messages,
            outputs,
            places,
            names=self._names,
            tools=self._tools,
            rows=self._rows,
            refusals=self._refusals,
            reasoning=self._reasoning,
        )
        for n, (item, here, kind) in enumerate(zip(items, places, outputs.kinds, strict=True)):
            if kind == "message":
                self._message(item, here, turns, item.get("role"))
            elif kind == "agent_message":
                self._message(item, here, turns, "user")
            elif kind in CALLS and item.get("execution", "client") == "client":
                turns.call(item, n, here)
            elif kind in OUTPUTS or kind == "tool":
                turns.close()  # the output itself is behind its call then, or left over
            elif kind != "reasoning" or not self._reasoning.take(item, here):
                self._silent(item, here, kind)
        turns.close()
        self._reasoning.forget()
        for n in outputs.left():
            self._orphan(items[n], places[n])

    def _message(self, item: dict[str, Any], at: str, turns: Turns, role: Any) -> None:
        if role not in ("user", "assistant", "system", "developer"):
            self._refusals.add(at, "invalid_value", f"a message cannot have the role {role!r:.80}")
            return
        if "content" not in item:
            self._refusals.add(at, "missing_required_parameter", "the message has no content")
            return
        rows = self._rows
        pieces = self._fitting(read_content(item["content"], f"{at}/content", rows, self._refusals), role)
        if role == "assistant":
            where = turns.say(pieces)
        else:
            turns.close()
            self._reasoning.forget()
            where = f"/messages/{len(self.messages)}"
            if role != "user":
                role = self._family.role
            message = {"role": role, "content": ""}
            self.messages.append(message)
            set_content(message, pieces, where, rows)
            if "role" not in item:
                reason = "what agents tell each other is a user's message to Chat"
                rows.append(Row(Kind.INJECTED, None, (f"{where}/role",), reason))
        if not pieces:
            if item["content"] == []:
                rows.append(Row(Kind.MAPPED, f"{at}/content", (f"{where}/content",), ""))
            else:
                reason = "nothing of the content can travel"
                rows.append(Row(Kind.INJECTED, None, (f"{where}/content",), reason))
        attachments = item.get("attachments")
        shape = (item.get("role"), bool(attachments), *item)
        if shape not in self._shapes:
            self._shapes[shape] = self._members(item, role)
        place(self._shapes[shape], at, where, rows)
        if attachments:
            refuse_attachments(attachments, f"{at}/attachments", self._refusals)

    def _members(self, item: dict[str, Any], role: str) -> list[Template]:
        """The rows about a message's members, but for its content and what is refused."""
        templates = []
        for key, value in item.items():
            if key == "role" and value != role:
                reason = (
                    f"only one of system and developer may occur; for {self._family.name} models this one"
                )
                templates.append(Template(Kind.RENAMED, "/role", "/role", reason))
            elif key == "role":
                templates.append(Template(Kind.MAPPED, "/role", "/role", ""))
            elif key == "type":
                templates.append(Template(Kind.MAPPED, "/type", "", ""))
            elif key != "content" and not (key == "attachments" and value):
                templates.append(dropped(key))
        return templates

    def _fitting(self, pieces: list[Piece], role: str) -> list[Piece]:
        """What may stand in a message of this role: images in a user's, refusals in the assistant's."""
        if all(piece.is_text for piece in pieces):
            return pieces
        fitting = []
        for piece in pieces:
            refusal = piece.part["type"] == "refusal"
            if refusal and role != "assistant":
                fitting.append(piece.retold(piece.part["refusal"]))
            elif piece.is_text or refusal or role == "user":
                fitting.append(piece)
            else:
                reason = f"a chat message from {role} holds text only"
                self._rows += [Row(Kind.DROPPED, source, (), reason, loss=True) for source, *_ in piece.rows]
        return fitting

    def _silent(self, item: Any, at: str, kind: str | None) -> None:
        """An item that becomes no message."""
        if kind == "additional_tools":
            self._offer(item, at)
        elif kind == "item_reference":
            message = f"the item {item.get('id')!r:.80} is on the server, where the bridge cannot read it"
            self._refusals.add(at, "unsupported_value", f"{message}: send the item itself")
        elif kind == "compaction_trigger":
            self._refusals.add(at, "unsupported_value", COMPACTION)
        elif kind is None:
            self._refusals.add(at, "invalid_type", "an input item must be an object with a type or a role")
        elif kind == "tool_search_call":
            reason = "a search that the server ran; what it found is offered as tools"
            self._rows.append(Row(Kind.DROPPED, at, (), reason))
        else:
            reason = _DROPPED.get(kind, f"items of type {kind} have no form in Chat Completions")
            self._rows.append(Row(Kind.DROPPED, at, (), reason, loss=kind != "ghost_snapshot"))

    def _orphan(self, item: dict[str, Any], at: str) -> None:
        """An output that no call asked for; what a search of the server's found is offered all the same."""
        if item.get("type") == "tool_search_output":
            self._offer(item, at)
        else:
            reason = "Chat refuses an output whose call is not in the history"
            self._rows.append(Row(Kind.DROPPED, at, (), reason, loss=True))

    def _offer(self, item: dict[str, Any], at: str) -> None:
        for key, value in item.items():
            here = f"{at}/{escape(key)}"
            if key == "tools":
                self._tools.add_all(value, here)
            else:
                reason = "the tools join the others, no message is left"
                self._rows.append(Row(Kind.DROPPED, here, (), reason))
