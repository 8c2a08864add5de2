"""Items of the Responses API, of a request or an answer, as cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.ui.view.cards import Card, arguments_body, content, json_body, length, text_body
from inspector.ui.view.pretty import compact
from inspector.ui.view.rows import Tone

CALLS = (
    "function_call",
    "custom_tool_call",
    "tool_search_call",
    "local_shell_call",
    "shell_call",
    "apply_patch_call",
)


def call_names(items: Any) -> dict[str, str]:
    """Which tool each call id calls."""
    names: dict[str, str] = {}
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("type") in CALLS and isinstance(item.get("call_id"), str):
            names[item["call_id"]] = call_name(item)
    return names


def news(items: Any) -> frozenset[int]:
    """What this request says for the first time: its last outputs, or the last words of the user or of an
    agent.
    """
    said = items if isinstance(items, list) else []
    found: list[int] = []
    for n in range(len(said) - 1, -1, -1):
        item = said[n] if isinstance(said[n], dict) else {}
        is_output = str(item.get("type", "")).endswith("_output") or item.get("role") == "tool"
        is_said = item.get("role") == "user" or item.get("type") == "agent_message"
        if not is_output and (found or not is_said):
            break
        found.append(n)
        if not is_output:
            break
    return frozenset(found)


def call_name(item: Mapping[str, Any]) -> str:
    """The tool of a call, its namespace before it."""
    name = item.get("name")
    if not isinstance(name, str):
        return str(item.get("type", "")).removesuffix("_call")
    space = item.get("namespace")
    return f"{space}.{name}" if isinstance(space, str) and space else name


def links(item: Mapping[str, Any]) -> frozenset[str]:
    """What an item has in common with its counterparts: its call's id, its own id, the tool it calls."""
    found = [f"calls:{call_name(item)}"] if item.get("type") in CALLS else []
    found += [f"call:{item['call_id']}"] if isinstance(item.get("call_id"), str) else []
    if isinstance(item.get("id"), str):
        found.append(f"item:{item['id']}")
    return frozenset(found)


def card(item: Any, names: Mapping[str, str]) -> Card:
    """A card for any item."""
    if isinstance(item, str):  # of what is to be embedded
        return Card("text", item, size=len(item), body=text_body(item))
    if not isinstance(item, dict):
        return Card("?", compact(item), size=length(item), body=json_body(item))
    kind = item.get("type", "message" if "role" in item else None)
    ties = links(item)
    if kind == "message":
        text, body = content(item.get("content"))
        return Card(str(item.get("role", "message")), text, size=len(text), body=body, links=ties)
    if kind == "agent_message":
        text, body = content(item.get("content"))
        name = f"{item.get('author')} → {item.get('recipient')}"
        return Card("agent", text, name=name, size=len(text), body=body, links=ties)
    if kind == "reasoning":
        return _reasoning(item, ties)
    if kind in CALLS:
        given = item.get("arguments", item.get("input", item.get("action")))
        text = given if isinstance(given, str) else compact(given)
        body = arguments_body(given) if isinstance(given, str) else json_body(given)
        return Card("call", text, name=call_name(item), size=length(given), body=body, links=ties)
    if isinstance(kind, str) and kind.endswith("_output"):
        text, body = content(item.get("output", item.get("tools")))
        name = names.get(str(item.get("call_id")), "")
        return Card("output", text, name=name, size=len(text), body=body, links=ties)
    if kind == "additional_tools":
        tools = item.get("tools")
        count = len(tools) if isinstance(tools, list) else 0
        return Card("tools", f"{count} for {item.get('role', 'the model')}", size=length(tools), links=ties)
    return Card(str(kind), compact({k: v for k, v in item.items() if k != "type"}), size=length(item),
                body=json_body(item), links=ties)  # fmt: skip


def _reasoning(item: Mapping[str, Any], ties: frozenset[str]) -> Card:
    texts = [
        part["text"]
        for parts in (item.get("summary"), item.get("content"))
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, dict) and isinstance(part.get("text"), str)
    ]
    sealed = item.get("encrypted_content")
    if texts:
        text = "\n\n".join(texts)
        return Card("reasoning", text, size=len(text), body=text_body(text, Tone.DIM), links=ties)
    if isinstance(sealed, str):
        return Card("reasoning", "encrypted", size=len(sealed), body=text_body(sealed, Tone.DIM), links=ties)
    return Card("reasoning", "", size=0, body=json_body(item), links=ties)
