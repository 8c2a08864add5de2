"""What a request consists of, in a few lines: so that a person sees what is left of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inspector.protocol.json_text import to_bytes
from inspector.protocol.to_chat.items import item_type
from inspector.replay.edits.items import texts_of
from inspector.replay.edits.together import items_of, list_name

_LONGEST = 60  # characters of a text
_MOST = 20  # lines


@dataclass(frozen=True, slots=True)
class Outline:
    """How much there is of a body, `size` in bytes, and its parts, one a line."""

    size: int
    items: int
    tools: int
    settings: int
    lines: tuple[str, ...]

    def against(self, after: Outline) -> Iterator[tuple[str, int, int]]:
        """What there was, how many of it, and how many there are then."""
        for name in ("items", "tools", "settings"):
            if getattr(self, name) or getattr(after, name):
                yield name, getattr(self, name), getattr(after, name)

    def to_json(self) -> dict[str, Any]:
        """As commands print it."""
        return {
            "bytes": self.size,
            "items": self.items,
            "tools": self.tools,
            "settings": self.settings,
            "parts": list(self.lines),
        }


def outline(body: dict[str, Any]) -> Outline:
    """The outline of a request of either API."""
    items, name = items_of(body), list_name(body)
    tools = body.get("tools")
    listed = tools if isinstance(tools, list) else []
    settings = [key for key in body if key not in (name, "tools")]
    lines = [f"{key}: {_short(body[key])}" for key in settings]
    if name in body and not isinstance(body[name], list):
        lines.append(f"{name}: {_short(body[name])}")
    lines += [f"{name}[{n}]: {_item(item, f'/{name}/{n}')}" for n, item in enumerate(items)]
    lines += [f"tools[{n}]: {_tool(tool)}" for n, tool in enumerate(listed)]
    if len(lines) > _MOST:
        lines = [*lines[: _MOST - 1], f"and {len(lines) - _MOST + 1} more"]
    return Outline(len(to_bytes(body)), len(items), len(listed), len(settings), tuple(lines))


def _item(item: Any, pointer: str) -> str:
    if not isinstance(item, dict):
        return _short(item)
    named = item.get("role") or item.get("name") or item.get("call_id")
    words = [str(item_type(item) or "item"), *([named] if isinstance(named, str) else [])]
    text = next((text for _, text in texts_of(item, pointer) if text), None)
    return " ".join(words) + (f" {_short(text)}" if text else "")


def _tool(tool: Any) -> str:
    if not isinstance(tool, dict):
        return _short(tool)
    function = tool.get("function")
    name = tool.get("name", function.get("name") if isinstance(function, dict) else None)
    return " ".join(part for part in (tool.get("type"), name) if isinstance(part, str)) or _short(tool)


def _short(value: Any) -> str:
    text = to_bytes(value).decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
