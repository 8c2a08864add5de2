"""The tools that a request offers, wherever it says them, and what became of each.

Newer Codex sends no `tools` but an input item `additional_tools`, most tools inside namespaces: here every
tool is one piece, by its namespace and name, a namespace one more with what it says about itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inspector.protocol.compare.canonical import canonical
from inspector.protocol.compare.pieces import Piece

_BRINGS_TOOLS = ("additional_tools", "tool_search_output")


def tools_of(body: Any) -> list[Piece]:
    """Every tool of a request: those of `tools`, then those of input items, in their order."""
    if not isinstance(body, dict):
        return []
    found = list(_tools(body.get("tools"), "/tools"))
    items = body.get("input")
    for n, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and item.get("type") in _BRINGS_TOOLS:
            found.extend(_tools(item.get("tools"), f"/input/{n}/tools"))
    return found


def _tools(tools: Any, pointer: str, inside: str = "") -> Iterator[Piece]:
    for n, tool in enumerate(tools if isinstance(tools, list) else ()):
        at = f"{pointer}/{n}"
        title = f"{inside}{tool_title(tool)}"
        inner = tool.get("tools") if isinstance(tool, dict) else None
        if isinstance(inner, list) and tool.get("type") == "namespace" and not inside:
            itself = {name: member for name, member in tool.items() if name != "tools"}
            yield Piece(itself, at, title)
            yield from _tools(inner, f"{at}/tools", f"{title}/")
        else:
            yield Piece(tool, at, title)


def tool_title(tool: Any) -> str:
    """A tool's name, or its type where it has none; something that is no tool as it is written."""
    if isinstance(tool, dict):
        inner = tool.get("function")  # where Chat has the name
        if isinstance(inner, dict) and isinstance(name := inner.get("name"), str) and name:
            return name
        for member in ("name", "server_label", "type"):
            if isinstance(value := tool.get(member), str) and value:
                return value
    return canonical(tool)[:40]
