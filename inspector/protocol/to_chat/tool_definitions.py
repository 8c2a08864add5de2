"""Tool definitions of a Responses request -> the chat payload's `tools`, each piece on the report.

Tools come from `tools`, from `additional_tools` items and from what a tool search found; all end up in one
list. A tool that is offered twice is sent once: Chat refuses two functions of one name.
"""

from __future__ import annotations

from typing import Any

from inspector.protocol.report import Kind, Row, escape
from inspector.protocol.to_chat.refusals import Refusals
from inspector.protocol.tools import ToolNames, ToolRef, tool_ref

INPUT = "input"
"""The one property of the function that stands for a custom tool: the free text that the tool takes."""

AZURE_TAKES = 128
"""How many tools a chat endpoint takes, by Azure's page of quotas and limits, and by reports of
`array too long` (0x4m4/hexstrike-ai#65). More are sent all the same: one that takes them is not held back."""

_SILENT = {
    "defer_loading": "Chat has no deferred tools; this one is always offered",
    "allowed_callers": "Chat functions are called by the model alone",
}


class ToolList:
    """The chat payload's tools in the making."""

    def __init__(self, names: ToolNames, rows: list[Row], refusals: Refusals) -> None:
        self.tools: list[dict[str, Any]] = []
        self.described: dict[int, list[int]] = {}  # tool -> where in the rows is what made its description
        self._names = names
        self._rows = rows
        self._refusals = refusals
        self._offered: set[ToolRef] = set()

    def add_all(self, tools: Any, at: str, also: str | None = None) -> None:
        """Take the definitions found at `at`; `also` is a second place of the payload that names them."""
        if not isinstance(tools, list):
            if tools is None:
                self._rows.append(Row(Kind.DROPPED, at, (), "null says nothing"))
            else:
                self._refusals.add(at, "invalid_type", "tools must be a list")
            return
        if not tools:
            self._rows.append(Row(Kind.DROPPED, at, (), "an empty list offers nothing"))
        for n, tool in enumerate(tools):
            self._add(tool, f"{at}/{n}", None, (also,) if also else ())

    def _add(self, tool: Any, at: str, namespace: str | None, also: tuple[str, ...]) -> None:
        kind = tool.get("type") if isinstance(tool, dict) else None
        if not isinstance(kind, str):
            self._refusals.add(at, "invalid_type", "a tool must be an object with a type")
            return
        if kind == "namespace":
            self._add_namespace(tool, at, namespace, also)
            return
        ref = tool_ref(tool, namespace)
        if ref is None:
            if kind in ("function", "custom"):
                self._refusals.add(at, "missing_required_parameter", f"the {kind} tool has no name")
            else:
                reason = (
                    f"the hosted tool {kind} has no form in Chat Completions; the model is not offered it"
                )
                self._rows.append(Row(Kind.DROPPED, at, (), reason, loss=True))
        elif ref in self._offered:
            place = next(
                (
                    f"/tools/{n}"
                    for n, known in enumerate(self.tools)
                    if known["function"]["name"] == self._names.chat_name(ref)
                )
            )
            self._rows.append(
                Row(Kind.DROPPED, at, (place, *also), "offered once already, under the same name")
            )
        else:
            self._offered.add(ref)
            self._place(tool, ref, at, also)

    def _add_namespace(self, tool: dict[str, Any], at: str, outer: str | None, also: tuple[str, ...]) -> None:
        """A namespace's tools, one function each; its description goes before the first one's."""
        name, inner, description = tool.get("name"), tool.get("tools"), tool.get("description")
        if outer is not None or not isinstance(name, str) or not isinstance(inner, list):
            reason = "a namespace must have a name, a list of tools, and no namespace inside"
            self._refusals.add(at, "invalid_type", reason)
            return
        before = len(self.tools)
        for n, member in enumerate(inner):
            self._add(member, f"{at}/tools/{n}", name, also)
        made = range(before, len(self.tools))
        targets = tuple(f"/tools/{n}/function/name" for n in made)
        rows = self._rows
        for key, value in tool.items():
            here = f"{at}/{escape(key)}"
            if key in ("type", "name"):
                reason = "goes before each name, which finds its way back"
                rows.append(Row(Kind.RENAMED if made else Kind.DROPPED, here, targets, reason))
            elif key == "description" and made and isinstance(value, str) and value:
                function = self.tools[before]["function"]
                own = function.get("description")
                function["description"] = f"[{name}: {description}]" + (f"\n{own}" if own else "")
                reason = "Chat has no namespaces; told with the first of its tools"
                rows.append(Row(Kind.MOVED, here, (f"/tools/{before}/function/description",), reason))
                self._describes(before)
            elif key != "tools":
                rows.append(Row(Kind.DROPPED, here, (), "Chat has no namespaces to say this of"))
            elif not inner:
                rows.append(Row(Kind.DROPPED, here, (), "an empty list offers nothing"))

    def _place(self, tool: dict[str, Any], ref: ToolRef, at: str, also: tuple[str, ...]) -> None:
        name = self._names.chat_name(ref)
        base = f"/tools/{len(self.tools)}"
        function: dict[str, Any] = {"name": name}
        self.tools.append({"type": "function", "function": function})
        rows = self._rows
        plain = ref.kind == "function"
        reason = "" if plain else "Chat knows functions only"
        if len(self.tools) > AZURE_TAKES:
            many = f"number {len(self.tools)}: Azure's chat endpoints are said to take {AZURE_TAKES} tools"
            reason = f"{reason}; {many}" if reason else many
        kind = Kind.MAPPED if plain else Kind.RENAMED
        rows.append(Row(kind, f"{at}/type", (f"{base}/type", *also), reason))
        if not plain:
            if ref.kind != "custom":
                rows.append(
                    Row(Kind.INJECTED, None, (f"{base}/function/name",), "the tool's type is its name")
                )
            if "parameters" not in tool or ref.kind == "custom":
                function["parameters"] = _PARAMETERS[ref.kind]
                reason = "what the client takes, in a function's form"
                rows.append(Row(Kind.INJECTED, None, (f"{base}/function/parameters",), reason))
        for key, value in tool.items():
            here = f"{at}/{escape(key)}"
            target = f"{base}/function/{key}"
            if key == "name" and ref.kind in ("function", "custom"):
                if value == name:
                    rows.append(Row(Kind.MAPPED, here, (target,), ""))
                else:
                    reason = "with its namespace, or shortened; finds its way back"
                    rows.append(Row(Kind.RENAMED, here, (target,), reason))
            elif value is None:
                rows.append(Row(Kind.DROPPED, here, (), "null says nothing"))
            elif key == "description" and isinstance(value, str):
                grammar = function.get("description")
                function["description"] = f"{value}\n\n{grammar}" if grammar else value
                rows.append(Row(Kind.MAPPED, here, (target,), ""))
                self._describes(len(self.tools) - 1)
            elif key == "format" and ref.kind == "custom":
                self._place_format(value, function, here, base)
            elif key == "parameters" and ref.kind != "custom" and isinstance(value, dict):
                function["parameters"] = value
                rows.append(Row(Kind.MAPPED, here, (target,), ""))
            elif key == "strict" and ref.kind == "function" and isinstance(value, bool):
                function["strict"] = value
                rows.append(Row(Kind.MAPPED, here, (target,), ""))
            elif key in ("description", "parameters", "strict"):
                self._refusals.add(here, "invalid_type", f"the tool's {key} has the wrong type")
            elif key != "type":
                rows.append(Row(Kind.DROPPED, here, (), _SILENT.get(key, "unknown to Chat functions")))

    def _describes(self, tool: int) -> None:
        """The last row is about a tool's description."""
        self.described.setdefault(tool, []).append(len(self._rows) - 1)

    def _place_format(self, value: Any, function: dict[str, Any], here: str, base: str) -> None:
        """A custom tool's format: free text is what a string is, a grammar is told in the description."""
        kind = value.get("type") if isinstance(value, dict) else None
        if kind == "text":
            self._rows.append(
                Row(Kind.RENAMED, here, (f"{base}/function/parameters",), "free text in a string")
            )
        elif kind == "grammar" and isinstance(value.get("definition"), str):
            syntax = value.get("syntax")
            text = (
                f"`{INPUT}` must match this {syntax if isinstance(syntax, str) else 'formal'} grammar:\n"
                f"```\n{value['definition']}\n```"
            )
            own = function.get("description")
            function["description"] = f"{own}\n\n{text}" if own else text
            reason = "Chat functions have no grammars; the model is told, but nothing holds it to it"
            target = f"{base}/function/description"
            self._rows.append(Row(Kind.MOVED, here, (target,), reason))
            self._describes(len(self.tools) - 1)
        else:
            self._refusals.add(
                here, "invalid_type", "a custom tool's format must be text or a grammar with a definition"
            )


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}
_NUMBER = {"type": "number"}

_PARAMETERS: dict[str, dict[str, Any]] = {
    "custom": _object(
        [INPUT], **{INPUT: {"type": "string", "description": "The tool's whole input, as free text."}}
    ),
    "tool_search": _object(["query"], query=_STRING),
    "local_shell": _object(
        ["command"],
        command=_STRINGS,
        working_directory=_STRING,
        timeout_ms=_NUMBER,
        user=_STRING,
        env={"type": "object"},
    ),
    "shell": _object(["commands"], commands=_STRINGS, timeout_ms=_NUMBER, max_output_length=_NUMBER),
    "apply_patch": _object(
        ["type", "path"],
        type={"type": "string", "enum": ["create_file", "update_file", "delete_file"]},
        path=_STRING,
        diff=_STRING,
    ),
}
"""A call's arguments where Responses fixes the tool's shape itself: the call item's own members."""
