"""`tool_choice`: which tools may or must be called, in the names of the payload's tools."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from inspector.protocol.report import Kind, Row, escape
from inspector.protocol.to_chat.refusals import Refusals
from inspector.protocol.tools import ToolNames, ToolRef, tool_ref

_AT = "/tool_choice"


class ToolChoice:
    """Reads a choice; `offered` are the names of the payload's tools, at least one."""

    def __init__(self, names: ToolNames, offered: Set[str], rows: list[Row], refusals: Refusals) -> None:
        self._names = names
        self._offered = offered
        self._rows = rows
        self._refusals = refusals

    def read(self, value: Any) -> Any:
        """Chat's choice, None where the request's makes no sense."""
        if value in ("auto", "none", "required"):
            self._note(Kind.MAPPED, _AT, _AT, "")
            return value
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            self._refusals.add(_AT, "invalid_type", "must be auto, none, required or a tool")
            return None
        if value["type"] == "allowed_tools":
            return self._allowed(value)
        chosen = self._chosen(value)
        gone = f"{value['type']} is not among the tools; the model chooses"
        self._note(Kind.RENAMED, _AT, _AT, "a function's form" if chosen else gone, loss=chosen is None)
        return "auto" if chosen is None else _function(chosen)

    def _allowed(self, value: dict[str, Any]) -> Any:
        """A subset of the tools; what is not in the payload is left out, a namespace is all its tools."""
        given = value["tools"] if isinstance(value.get("tools"), list) else []
        found = [self._allowed_names(tool) if isinstance(tool, dict) else [] for tool in given]
        if not any(found):
            reason = "none of the allowed tools is left; no tool may be called"
            self._note(Kind.RENAMED, _AT, _AT, reason, loss=True)
            return "none"
        inner = f"{_AT}/allowed_tools"
        for key in value:
            here = f"{_AT}/{escape(key)}"
            if key == "type":
                self._note(Kind.MAPPED, here, here, "")
            elif key == "mode":
                self._note(Kind.RENAMED, here, f"{inner}/mode", "one level deeper in Chat")
            elif key != "tools":
                self._note(Kind.DROPPED, here, None, "says nothing about tools")
        places: dict[str, str] = {}
        for n, names in enumerate(found):
            here = f"{_AT}/tools/{n}"
            for name in names:
                places.setdefault(name, f"{inner}/tools/{len(places)}")
            if not names:
                self._note(Kind.DROPPED, here, None, "not among the tools that are left")
            else:
                reason = (
                    "the functions of its tools" if given[n]["type"] == "namespace" else "a function's form"
                )
                self._rows.append(Row(Kind.RENAMED, here, tuple(places[name] for name in names), reason))
        if "mode" not in value:
            self._note(Kind.INJECTED, None, f"{inner}/mode", "Chat wants one")
        tools = [_function(name) for name in places]
        return {"type": "allowed_tools", "allowed_tools": {"mode": value.get("mode", "auto"), "tools": tools}}

    def _allowed_names(self, allowed: dict[str, Any]) -> list[str]:
        """The payload's names of one allowed entry."""
        if allowed.get("type") == "namespace":
            space = allowed.get("name")
            named = (name for name, ref in self._names.items() if ref.namespace == space)
            return [] if space is None else [name for name in named if name in self._offered]
        name = self._chosen(allowed)
        return [] if name is None else [name]

    def _chosen(self, choice: dict[str, Any]) -> str | None:
        """The payload's name of one chosen tool, None when it is not offered."""
        namespace = choice.get("namespace")
        ref = tool_ref({**choice, "execution": "client"}, namespace if isinstance(namespace, str) else None)
        name = None if ref is None else self._offered_name(ref)
        return name if name in self._offered else None

    def _offered_name(self, ref: ToolRef) -> str | None:
        """The chat name of a chosen tool; a bare name also finds the only one of that name in a namespace."""
        same = [
            (name, known)
            for name, known in self._names.items()
            if known.kind == ref.kind and known.name == ref.name
        ]
        exact = [name for name, known in same if known == ref]
        return exact[0] if exact else same[0][0] if len(same) == 1 and ref.namespace is None else None

    def _note(
        self, kind: Kind, source: str | None, target: str | None, reason: str, *, loss: bool = False
    ) -> None:
        self._rows.append(Row(kind, source, (target,) if target else (), reason, loss))


def _function(name: str) -> dict[str, Any]:
    """A chosen tool in Chat's form."""
    return {"type": "function", "function": {"name": name}}
