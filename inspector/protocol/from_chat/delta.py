"""The `delta` of a chat chunk -> the pieces of an answer in it, in the order in which an answer has them.

Thought comes before text, text before a refusal, both before tool calls. Besides the fields of the API this
reads those of common servers: `reasoning_content`, `reasoning` and `reasoning_details`, which say the same,
content as a list of parts, the legacy `function_call`. What else a delta holds is told, not passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from inspector.protocol.from_chat.tool_fragments import argument_text, read_fragment

PieceKind = Literal["reasoning", "text", "refusal", "call", "legacy call", "other"]
Piece = tuple[PieceKind, Any]
"""A kind and its value: text; a tool_fragments.Fragment; (name, arguments); for "other" a note on it."""

# Each known field and the form in which it is understood; None says nothing.
_FORMS: dict[str, type | tuple[type, ...]] = {
    "role": str,
    "content": (str, list),
    "refusal": str,
    "tool_calls": (list, dict),
    "function_call": dict,
    "reasoning_content": str,
    "reasoning": str,
    "reasoning_details": list,
}


def pieces_of(delta: Mapping[str, Any]) -> Iterator[Piece]:
    """The pieces of one delta, or of a complete message."""
    if len(delta) == 1 and "tool_calls" in delta and isinstance(delta["tool_calls"], (list, dict)):
        yield from _calls(delta["tool_calls"])  # nearly every chunk of a call; the rest comes to the same
        return
    content = delta.get("content")
    for thought in (delta.get("reasoning_content"), delta.get("reasoning"), delta.get("reasoning_details")):
        if isinstance(thought, str) and thought:
            yield "reasoning", thought
            break
        if isinstance(thought, list):
            yield from _details(thought)
    if isinstance(content, str):
        if content:
            yield "text", content
    elif isinstance(content, list):
        yield from _parts(content)
    if isinstance(refusal := delta.get("refusal"), str) and refusal:
        yield "refusal", refusal
    if entries := delta.get("tool_calls"):
        yield from _calls(entries)
    if isinstance(call := delta.get("function_call"), dict):
        name = call.get("name")
        yield "legacy call", (name if isinstance(name, str) else "", argument_text(call.get("arguments")))
    for name, value in delta.items():
        if value and not ((form := _FORMS.get(name)) and isinstance(value, form)):
            what = "has no counterpart" if form is None else "has a form of its own"
            yield "other", f"the field {name!r} of a delta {what} and was left out"


def _calls(entries: object) -> Iterator[Piece]:
    """The fragments of `tool_calls`: a list, or its one entry."""
    listed = entries if isinstance(entries, list) else [entries] if isinstance(entries, dict) else []
    for place, entry in enumerate(listed):
        if isinstance(entry, dict):
            yield "call", read_fragment(entry, place, len(listed))
        else:
            yield "other", "a tool call that is no object was left out"


def _details(details: list[Any]) -> Iterator[Piece]:
    """Thoughts as a list of objects; encrypted ones say nothing that could travel."""
    for detail in details:
        text = (detail.get("text") or detail.get("summary")) if isinstance(detail, dict) else None
        if isinstance(text, str) and text:
            yield "reasoning", text


def _parts(parts: list[Any]) -> Iterator[Piece]:
    for part in parts:
        if isinstance(part, str):
            if part:
                yield "text", part
        elif isinstance(part, dict):
            kind = part.get("type")
            if isinstance(text := part.get("text"), str):
                if text:
                    yield ("reasoning" if kind in ("thinking", "reasoning") else "text"), text
            elif isinstance(text := part.get("refusal"), str):
                if text:
                    yield "refusal", text
            elif kind == "thinking" and isinstance(thoughts := part.get("thinking"), (list, str)):
                for thought in [thoughts] if isinstance(thoughts, str) else thoughts:
                    text = thought.get("text") if isinstance(thought, dict) else thought
                    if isinstance(text, str) and text:
                        yield "reasoning", text
            else:
                yield "other", f"a content part of type {kind!r} has no counterpart and was left out"
