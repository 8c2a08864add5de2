"""Messages of a Chat payload as cards; the calls inside an assistant's message as cards of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.ui.view.cards import Card, arguments_body, content, json_body, length, text_body
from inspector.ui.view.pretty import compact
from inspector.ui.view.rows import Tone


def call_names(messages: Any) -> dict[str, str]:
    """Which function each call id calls."""
    names: dict[str, str] = {}
    for message in messages if isinstance(messages, list) else ():
        for call in calls(message):
            if isinstance(call.get("id"), str):
                names[call["id"]] = _function(call)[0]
    return names


def calls(message: Any) -> list[dict[str, Any]]:
    """The calls of an assistant's message."""
    found = message.get("tool_calls") if isinstance(message, dict) else None
    return [call for call in found if isinstance(call, dict)] if isinstance(found, list) else []


def card(message: Any, names: Mapping[str, str]) -> Card:
    """A card for any message."""
    if not isinstance(message, dict):
        return Card("?", compact(message), size=length(message), body=json_body(message))
    role = str(message.get("role", "?"))
    said = message.get("content")
    text, body = content(said)
    if role == "tool":
        call_id = message.get("tool_call_id")
        ties = frozenset([f"call:{call_id}"]) if isinstance(call_id, str) else frozenset()
        return Card("tool", text, name=names.get(str(call_id), ""), size=len(text), body=body, links=ties)
    called = calls(message)
    if called and not text:
        text = "→ " + ", ".join(_function(call)[0] for call in called)
        return Card(role, text, size=length(called))
    refusal = message.get("refusal")
    if said is None and isinstance(refusal, str):
        return Card(role, refusal, size=len(refusal), body=text_body(refusal))
    return Card(role, text, size=len(text) + length(called) if called else len(text), body=body)


def reasoning_card(message: Any) -> Card | None:
    """A card for the reasoning that some endpoints put beside the content."""
    for name in ("reasoning_content", "reasoning"):
        said = message.get(name) if isinstance(message, dict) else None
        if isinstance(said, str) and said:
            return Card("reasoning", said, size=len(said), body=text_body(said, Tone.DIM))
    return None


def call_card(call: Mapping[str, Any]) -> Card:
    """A card for one call of an assistant's message."""
    name, arguments = _function(call)
    return Card(
        "call",
        arguments,
        name=name,
        size=len(arguments),
        body=arguments_body(arguments),
        links=call_links(call),
    )


def call_links(call: Mapping[str, Any]) -> frozenset[str]:
    """What a call has in common with its counterparts: its id, the tool it calls."""
    function = call.get("function")
    name = function.get("name") if isinstance(function, dict) else None
    found = [f"calls:{name}"] if isinstance(name, str) else []
    return frozenset([*found, f"call:{call['id']}"] if isinstance(call.get("id"), str) else found)


def _function(call: Mapping[str, Any]) -> tuple[str, str]:
    function = call.get("function")
    if not isinstance(function, dict):
        return str(call.get("type", "?")), compact(call)
    arguments = function.get("arguments", "")
    return str(function.get("name", "?")), arguments if isinstance(arguments, str) else compact(
        arguments, 100_000
    )
