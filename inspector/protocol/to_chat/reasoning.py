"""Reasoning on its way to the assistant's next message, for endpoints that read `reasoning_content`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.items import dropped
from inspector.protocol.to_chat.shapes import Template, place


class Reasoning:
    """The reasoning items that wait for their message; none ever does where the endpoint reads none."""

    def __init__(self, rows: list[Row], *, read: bool) -> None:
        self._rows = rows
        self._read = read
        self._waiting: list[tuple[dict[str, Any], str]] = []

    def take(self, item: dict[str, Any], at: str) -> bool:
        """Keep an item for the next message; False if nothing of it can be told."""
        told = self._read and any(True for _ in _thoughts(item))
        if told:
            self._waiting.append((item, at))
        return told

    def forget(self) -> None:
        """No message of the assistant follows."""
        for _, at in self._waiting:
            reason = "no message of the assistant follows that could carry the reasoning"
            self._rows.append(Row(Kind.DROPPED, at, (), reason, loss=True))
        self._waiting.clear()

    def give(self, messages: list[dict[str, Any]]) -> None:
        """Tell the last message what came before it."""
        if not self._waiting:
            return
        turn, target = messages[-1], f"/messages/{len(messages) - 1}/reasoning_content"
        texts = [turn["reasoning_content"]] if "reasoning_content" in turn else []
        for item, at in self._waiting:
            texts += [text for _, text in _thoughts(item)]
            place(_members(item), at, target, self._rows)
        self._waiting.clear()
        turn["reasoning_content"] = "\n\n".join(texts)


def _thoughts(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of a reasoning item and where in it they are: its content, else its summary."""
    for name in ("content", "summary"):
        found = False
        parts = item.get(name)
        for n, part in enumerate(parts if isinstance(parts, list) else ()):
            text = part.get("text") if isinstance(part, dict) else None
            if isinstance(text, str) and text:
                found = True
                yield f"/{name}/{n}", text
        if found:
            return


def _members(item: dict[str, Any]) -> list[Template]:
    """The rows about the members of a reasoning item whose text is told."""
    told = {below for below, _ in _thoughts(item)}
    templates = []
    for key, value in item.items():
        if key == "type":
            templates.append(Template(Kind.RENAMED, "/type", "", "where this endpoint reads reasoning"))
        elif key == "encrypted_content":
            templates.append(
                Template(Kind.DROPPED, f"/{key}", None, "encrypted reasoning cannot travel, only its text")
            )
        elif key in ("content", "summary") and isinstance(value, list) and value:
            for below in (f"/{key}/{n}" for n in range(len(value))):
                if below in told:
                    templates.append(Template(Kind.RENAMED, below, "", "where this endpoint reads reasoning"))
                else:
                    reason = "the reasoning itself is told" if key == "summary" else "has no text"
                    templates.append(Template(Kind.DROPPED, below, None, reason))
        else:
            templates.append(dropped(key))
    return templates
