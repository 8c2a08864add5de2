"""Input items of a Responses request -> chat messages.

Responses lists items freely; Chat wants turns. What holds for the messages that come out:

1. Calls that stand together, with the assistant's text beside them, are one assistant message (the *turn*).
2. Each call of a turn is answered by exactly one tool message right behind it: its output is fetched from
   wherever it stands, and where there is none one is injected. An output without its call is dropped.
3. Tool messages hold text. Images and files of outputs follow in one user message behind the group.
4. Of system and developer only one occurs, the one that the model family wants.

    state    item                      next    what happens
    -------  ------------------------  ------  ----------------------------------------------
    CLOSED   assistant message, call   OPEN    a turn begins
    OPEN     call                      OPEN    joins the turn
    OPEN     assistant message         OPEN    joins a turn that has calls, else begins a new one
    OPEN     output, other message     CLOSED  the turn's outputs follow (rules 2 and 3), then the message
    any      dropped item              same    only the report knows
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from inspector.protocol.families import Family
from inspector.protocol.refusals import Refusals
from inspector.protocol.report import Kind, Row, escape
from inspector.protocol.tool_definitions import INPUT, ToolList
from inspector.protocol.tools import ToolNames, call_ref, tool_refs
from inspector.protocol.translate_content import Piece, as_text, point_part, point_text, read_content

NO_OUTPUT = "No output was recorded for this call."
IMAGE_FOLLOWS = "The output is not text; it follows in the next user message."

_OUTPUTS = frozenset(
    (
        "function_call_output",
        "custom_tool_call_output",
        "local_shell_call_output",
        "shell_call_output",
        "apply_patch_call_output",
        "tool_search_output",
    )
)
_CALLS = frozenset(kind.removesuffix("_output") for kind in _OUTPUTS - {"tool_search_output"}) | {
    "tool_search_call"
}

_PAYLOAD_KEYS = {"custom_tool_call": "input", "local_shell_call": "action", "shell_call": "action"}
_PAYLOAD_KEYS |= {"apply_patch_call": "operation"}
"""Where a call says what it wants, other than in `arguments`."""

_DROPPED_ITEMS = {
    "reasoning": "encrypted reasoning cannot travel to Chat Completions",
    "compaction": "the history before it is lost: only the endpoint that made it can read the compacted part",
    "ghost_snapshot": "Codex's own note, never meant for a model",
}
_SILENT_FIELDS = {
    "id": "chat messages have no ids",
    "status": "what is in the history counts as complete",
    "internal_chat_message_metadata_passthrough": "Codex's own note, never meant for a model",
    "phase": "Chat does not tell commentary from answers",
}
COMPACTION = (
    "compaction on the server has no form in Chat Completions: let Codex compact by itself, which it does for"
    " a provider that it does not take for Azure (name and base_url without Azure), or set"
    " model_auto_compact_token_limit above the model's window"
)


class Conversation:
    """The messages of one request in the making."""

    def __init__(
        self, *, family: Family, names: ToolNames, tools: ToolList, rows: list[Row], refusals: Refusals
    ) -> None:
        self.messages: list[dict[str, Any]] = []
        self._family = family
        self._names = names
        self._tools = tools
        self._rows = rows
        self._refusals = refusals
        self._open = False  # whether the last message is a turn that can still grow
        self._texts: list[Piece] = []  # of the open turn
        self._calls: list[tuple[str, int]] = []  # of the open turn: call id, index of the item
        self._items: list[Any] = []
        self._answers: dict[str | None, deque[int]] = defaultdict(
            deque
        )  # call id -> indexes of its outputs, in order
        self._spoken: list[int] = []  # how many messages that end a turn stand before each item
        self._at = ""

    def instruct(self, text: str, at: str) -> None:
        """The request's instructions, as the first message."""
        self.messages.append({"role": self._family.role, "content": text})
        self._rows.append(
            Row(Kind.RENAMED, at, ("/messages/0",), f"the first message, from {self._family.role}")
        )

    def read(self, items: list[Any], at: str) -> None:
        """All of `input`."""
        self._items, self._at = items, at
        self._index_outputs()
        for n, item in enumerate(items):
            self._item(item, n, f"{at}/{n}")
        self._close()
        for answers in self._answers.values():
            for n in answers:
                self._orphan(self._items[n], f"{at}/{n}")

    def _index_outputs(self) -> None:
        spoken = 0
        for n, item in enumerate(self._items):
            self._spoken.append(spoken)
            kind = item_type(item)
            if kind in _OUTPUTS or kind == "tool":
                self._answers[output_id(item)].append(n)
            elif kind == "message" and item["role"] != "assistant":
                spoken += 1

    def _item(self, item: Any, n: int, at: str) -> None:
        kind = item_type(item)
        if kind == "message":
            self._message(item, at)
        elif kind in _CALLS:
            self._call(item, n, at, kind)
        elif kind in _OUTPUTS or kind == "tool":
            self._close()  # the output itself stands behind its call then, or never will
        elif kind == "additional_tools":
            self._additional_tools(item, at)
        elif kind == "item_reference":
            message = f"the item {item.get('id')!r} is stored on the server, where the bridge cannot read it"
            self._refusals.add(at, "unsupported_value", f"{message}: send the item itself")
        elif kind == "compaction_trigger":
            self._refusals.add(at, "unsupported_value", COMPACTION)
        elif kind is None:
            self._refusals.add(at, "invalid_type", "an input item must be an object with a type or a role")
        else:
            reason = _DROPPED_ITEMS.get(kind, f"items of type {kind} have no form in Chat Completions")
            self._rows.append(Row(Kind.DROPPED, at, (), reason, loss=kind != "ghost_snapshot"))

    # -- messages ---------------------------------------------------------------------------------------

    def _message(self, item: dict[str, Any], at: str) -> None:
        role = item.get("role")
        if role not in ("user", "assistant", "system", "developer"):
            self._refusals.add(at, "invalid_value", f"a message cannot have the role {role!r}")
            return
        if "content" not in item:
            self._refusals.add(at, "missing_required_parameter", "the message has no content")
            return
        rows = self._rows
        pieces = self._fit(read_content(item["content"], f"{at}/content", rows, self._refusals), role)
        if role == "assistant":
            message = self._turn(text=True)
            where = f"/messages/{len(self.messages) - 1}"
            self._texts += pieces
        else:
            self._close()
            where = f"/messages/{len(self.messages)}"
            message = {"role": role, "content": ""}
            self.messages.append(message)
            self._set_content(message, pieces, where)
        if not pieces:
            empty = item["content"] == []
            kind, source = (Kind.MAPPED, f"{at}/content") if empty else (Kind.INJECTED, None)
            rows.append(
                Row(kind, source, (f"{where}/content",), "" if empty else "nothing of the content can travel")
            )
        for key in item:
            here = f"{at}/{escape(key)}"
            if key == "role":
                if role in ("system", "developer") and role != self._family.role:
                    message["role"] = self._family.role
                    reason = (
                        f"only one of system and developer may occur; for {self._family.name} models this one"
                    )
                    rows.append(Row(Kind.RENAMED, here, (f"{where}/role",), reason))
                else:
                    rows.append(Row(Kind.MAPPED, here, (f"{where}/role",), ""))
            elif key == "type":
                rows.append(Row(Kind.MAPPED, here, (where,), ""))
            elif key == "attachments" and item[key]:
                self._refuse_attachments(item[key], here)
            elif key != "content":
                self._leave(here, key)

    def _refuse_attachments(self, attachments: Any, at: str) -> None:
        found = attachments if isinstance(attachments, list) else [attachments]
        ids = [str(one.get("file_id")) for one in found if isinstance(one, dict) and one.get("file_id")]
        named = ", ".join(ids)[:200] or "without ids"
        message = (
            f"attachments ({named}) are files on the server, which the bridge cannot read: send their content"
        )
        self._refusals.add(at, "unsupported_parameter", message)

    def _fit(self, pieces: list[Piece], role: str) -> list[Piece]:
        """What may stand in a message of this role: images in a user's, refusals in the assistant's."""
        if role == "user" or all(piece.is_text for piece in pieces):
            fitting = pieces
        else:
            fitting = []
            for piece in pieces:
                if piece.is_text or (role == "assistant" and piece.part["type"] == "refusal"):
                    fitting.append(piece)
                else:
                    reason = f"a chat message from {role} holds text only"
                    self._rows += [
                        Row(Kind.DROPPED, source, (), reason, loss=True) for source, *_ in piece.rows
                    ]
        if role == "assistant":
            return fitting
        return [
            piece
            if piece.part["type"] != "refusal"
            else Piece({"type": "text", "text": piece.part["refusal"]}, _retext(piece.rows))
            for piece in fitting
        ]

    def _set_content(self, message: dict[str, Any], pieces: list[Piece], where: str) -> None:
        if len(pieces) == 1 and pieces[0].is_text:
            message["content"] = pieces[0].part["text"]
            point_text(pieces[0], f"{where}/content", self._rows)
        elif pieces:
            message["content"] = [piece.part for piece in pieces]
            for n, piece in enumerate(pieces):
                point_part(piece, f"{where}/content/{n}", self._rows)

    # -- turns: the assistant's text, calls and their outputs -------------------------------------------

    def _turn(self, *, text: bool) -> dict[str, Any]:
        """The assistant message to go on with: the open one, or a new one."""
        if self._open and (self._calls or not text):
            return self.messages[-1]
        self._close()
        self._open = True
        self.messages.append({"role": "assistant", "content": ""})
        return self.messages[-1]

    def _call(self, item: dict[str, Any], n: int, at: str, kind: str) -> None:
        ref = call_ref(item)
        if kind == "tool_search_call" and item.get("execution", "client") != "client":
            reason = "a search that the server ran; what it found is offered as tools"
            self._rows.append(Row(Kind.DROPPED, at, (), reason))
            return
        if ref is None:
            self._refusals.add(at, "missing_required_parameter", "the call has no name")
            return
        call_id = output_id(item)
        if call_id is None:
            self._refusals.add(at, "missing_required_parameter", "the call has no call_id")
            return
        payload_key = _PAYLOAD_KEYS.get(kind, "arguments")
        payload = item.get(payload_key)
        if kind == "custom_tool_call":
            arguments = as_text({INPUT: "" if payload is None else as_text(payload)})
        else:
            arguments = "{}" if payload is None else as_text(payload)
        turn = self._turn(text=False)
        calls = turn.setdefault("tool_calls", [])
        base = f"/messages/{len(self.messages) - 1}/tool_calls/{len(calls)}"
        name = self._names.chat_name(ref)
        calls.append({"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}})
        self._calls.append((call_id, n))
        if not isinstance(item.get("call_id"), str):
            self._rows.append(
                Row(Kind.INJECTED, None, (f"{base}/id",), "the item's id stands for its missing call_id")
            )
        self._call_rows(item, at, base, payload_key, ref.name == name)

    def _call_rows(self, item: dict[str, Any], at: str, base: str, payload_key: str, same_name: bool) -> None:
        rows = self._rows
        function = item["type"] == "function_call"
        for key, value in item.items():
            here = f"{at}/{escape(key)}"
            if key == "type":
                reason = "" if function else "Chat knows function calls only"
                rows.append(Row(Kind.MAPPED if function else Kind.RENAMED, here, (base,), reason))
            elif key == "call_id" and isinstance(value, str):
                rows.append(Row(Kind.MAPPED, here, (f"{base}/id",), ""))
            elif key == payload_key:
                plain = function and isinstance(value, str)
                reason = "" if plain else "as the arguments of a function"
                rows.append(
                    Row(Kind.MAPPED if plain else Kind.RENAMED, here, (f"{base}/function/arguments",), reason)
                )
            elif key in ("name", "namespace") and isinstance(value, str):
                mapped = same_name and key == "name"
                reason = "" if mapped else "with its namespace, or shortened; finds its way back"
                rows.append(
                    Row(Kind.MAPPED if mapped else Kind.RENAMED, here, (f"{base}/function/name",), reason)
                )
            else:
                self._leave(here, key)

    def _close(self) -> None:
        """The turn is over: its text in place, its outputs behind it, what is no text in a user message."""
        if not self._open:
            return
        self._open = False
        turn, where = self.messages[-1], f"/messages/{len(self.messages) - 1}"
        texts, self._texts = self._texts, []
        calls, self._calls = self._calls, []
        if texts:
            self._set_content(turn, texts, where)
        elif calls:
            turn["content"] = None
            self._rows.append(
                Row(Kind.INJECTED, None, (f"{where}/content",), "the turn has calls and no text")
            )
        seen: list[Piece | str] = []
        for call_id, n in calls:
            answers = self._answers.get(call_id)
            if answers:
                self._output(answers.popleft(), n, call_id, seen)
            else:
                reason = "Chat refuses a call without an output"
                self._rows.append(Row(Kind.INJECTED, None, (f"/messages/{len(self.messages)}",), reason))
                self.messages.append({"role": "tool", "tool_call_id": call_id, "content": NO_OUTPUT})
        if seen:
            self._show(seen)

    def _output(self, n: int, call: int, call_id: str, seen: list[Piece | str]) -> None:
        """The tool message for one call, from the output item `n`; what is no text is left in `seen`."""
        item, at = self._items[n], f"{self._at}/{n}"
        where = f"/messages/{len(self.messages)}"
        message = {"role": "tool", "tool_call_id": call_id, "content": ""}
        self.messages.append(message)
        moved = n < call or self._spoken[n] != self._spoken[call]
        kind, reason = (Kind.MOVED, "right behind its call, where Chat wants it") if moved else (None, "")
        rows = self._rows
        for key, value in item.items():
            here = f"{at}/{escape(key)}"
            if key in ("type", "role"):
                rows.append(Row(kind or Kind.MAPPED, here, (where,), reason))
            elif key in ("call_id", "tool_call_id") and isinstance(value, str):
                rows.append(Row(kind or Kind.MAPPED, here, (f"{where}/tool_call_id",), reason))
            elif key in ("output", "content") and item_type(item) == "tool":
                message["content"] = self._client_output(value, here, f"{where}/content")
            elif key == "output":
                message["content"] = self._output_content(value, here, where, call_id, seen, kind, reason)
            elif key == "tools" and item.get("type") == "tool_search_output":
                self._tools.add_all(value, here, also=f"{where}/content")
                message["content"] = as_text(
                    {"tools": [self._names.chat_name(ref) for ref in tool_refs(value)]}
                )
            else:
                self._leave(here, key)

    def _output_content(
        self,
        output: Any,
        at: str,
        where: str,
        call_id: str,
        seen: list[Piece | str],
        kind: Kind | None,
        reason: str,
    ) -> str:
        """The text of an output; images and files go to `seen`."""
        rows = self._rows
        target = f"{where}/content"
        if not isinstance(output, str) and not _is_content(output):
            rows.append(
                Row(kind or Kind.RENAMED, at, (target,), reason or "as JSON, a tool message holds text")
            )
            return "" if output is None else as_text(output)
        if not output:
            rows.append(Row(kind or Kind.MAPPED, at, (target,), reason))
            return ""
        pieces = read_content(output, at, rows, self._refusals)
        texts = [piece for piece in pieces if piece.is_text]
        rest = [piece for piece in pieces if not piece.is_text]
        for piece in texts:
            point_text(piece, target, rows, kind, reason)
        if rest:
            seen += [call_id, *rest]
        if rest and not texts:
            rows.append(Row(Kind.INJECTED, None, (target,), "says where the output is"))
            return IMAGE_FOLLOWS
        return "\n".join(piece.part["text"] for piece in texts)

    def _client_output(self, content: Any, at: str, target: str) -> str:
        """The text of a message with the role tool: a string, or a list of `{content_type, body}`."""
        parts = content if isinstance(content, list) else [content]
        texts = []
        for n, part in enumerate(parts):
            here = f"{at}/{n}" if isinstance(content, list) else at
            body = part.get("body", part.get("text")) if isinstance(part, dict) else part
            media = str(part.get("content_type", "")) if isinstance(part, dict) else ""
            if body is None or body in ("", []):
                self._rows.append(Row(Kind.DROPPED, here, (), "empty"))
            elif media.startswith(("image/", "audio/", "video/")) or "file_id" in (
                part if isinstance(part, dict) else ()
            ):
                message = f"a tool message holds text; {media or 'a file'} cannot be sent in it"
                self._refusals.add(here, "unsupported_value", message)
            else:
                texts.append(as_text(body))
                self._rows.append(Row(Kind.RENAMED, here, (target,), "the text of a tool message"))
        if not parts:
            self._rows.append(Row(Kind.DROPPED, at, (), "empty"))
        if not "".join(texts).strip():
            self._refusals.add_unseen(at, "tool_output_empty", "the tool's output is empty")
        return "\n".join(texts)

    def _show(self, seen: list[Piece | str]) -> None:
        """The user message with the images and files of a group of outputs, each told by its call."""
        where = f"/messages/{len(self.messages)}"
        parts: list[dict[str, Any]] = []
        for one in seen:
            if isinstance(one, str):
                reason = "says whose output follows"
                self._rows.append(Row(Kind.INJECTED, None, (f"{where}/content/{len(parts)}",), reason))
                parts.append({"type": "text", "text": f"Output of the tool call {one}:"})
            else:
                reason = "tool messages hold text only; sent as the user's, right behind"
                point_part(one, f"{where}/content/{len(parts)}", self._rows, Kind.MOVED, reason)
                parts.append(one.part)
        self._rows.append(Row(Kind.INJECTED, None, (f"{where}/role",), "carries what tool messages cannot"))
        self.messages.append({"role": "user", "content": parts})

    def _orphan(self, item: dict[str, Any], at: str) -> None:
        """An output that no call asked for; what a search of the server's found is offered all the same."""
        if item.get("type") == "tool_search_output":
            self._additional_tools(item, at)
        else:
            reason = "Chat refuses an output whose call is not in the history"
            self._rows.append(Row(Kind.DROPPED, at, (), reason, loss=True))

    def _additional_tools(self, item: dict[str, Any], at: str) -> None:
        for key, value in item.items():
            here = f"{at}/{escape(key)}"
            if key == "tools":
                self._tools.add_all(value, here)
            else:
                self._leave(here, key, "the tools join the others, no message is left")

    def _leave(self, at: str, key: str, reason: str | None = None) -> None:
        self._rows.append(
            Row(Kind.DROPPED, at, (), reason or _SILENT_FIELDS.get(key, "unknown to Chat messages"))
        )


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


def output_id(item: dict[str, Any]) -> str | None:
    """The id that ties a call and its output together; `id` where older items have nothing else."""
    for key in ("call_id", "tool_call_id", "id"):
        value = item.get(key)
        if isinstance(value, str) and value:
            return value
    return None


def _is_content(output: Any) -> bool:
    """Whether a list is one of content parts, and not some tool's own JSON."""
    return isinstance(output, list) and all(isinstance(part, dict) and "type" in part for part in output)


def _retext(rows: tuple[tuple[str, str, Kind, str], ...]) -> tuple[tuple[str, str, Kind, str], ...]:
    return tuple(
        (source, ending.replace("/refusal", "/text"), kind, reason) for source, ending, kind, reason in rows
    )
