"""The rule about namespaces of tools, which must describe themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inspector.protocol.repairs.draft import Draft, Path
from inspector.protocol.repairs.rule import Rule

_NAMED = 12
"""So many of a namespace's tools are named in its description."""


def _namespace_description(draft: Draft) -> None:
    for path, namespace in _namespaces(draft.body):
        description = namespace.get("description")
        if description is None or (isinstance(description, str) and not description.strip()):
            write = draft.put if "description" in namespace else draft.add
            write((*path, "description"), _describe(namespace), "Azure refuses a namespace without one")


def _namespaces(body: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The namespaces of all places that offer tools, each with its path."""
    offered: list[tuple[Path, Any]] = [(("tools",), body.get("tools"))]
    items = body.get("input")
    for n, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and item.get("type") in ("additional_tools", "tool_search_output"):
            offered.append((("input", n, "tools"), item.get("tools")))
    for path, tools in offered:
        for n, tool in enumerate(tools if isinstance(tools, list) else ()):
            if isinstance(tool, dict) and tool.get("type") == "namespace":
                yield (*path, n), tool


def _describe(namespace: dict[str, Any]) -> str:
    """Words of ours that are the same every turn, so that the prompt's cache holds."""
    tools = namespace.get("tools")
    names = [
        tool["name"]
        for tool in (tools if isinstance(tools, list) else ())
        if isinstance(tool, dict) and isinstance(tool.get("name"), str)
    ]
    if not names:
        return "A namespace of tools."
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"Tools: {', '.join(names[:_NAMED])}{more}."


NAMESPACE_DESCRIPTION = Rule(
    "namespace-description",
    "a namespace of tools without a description gets one that names its tools",
    "Codex sends the namespace `functions` with an empty description, which Azure refuses; leaving the field"
    " out is refused as well.",
    "reported: openai/codex#37380, openai/codex#37952",
    _namespace_description,
)
