"""What Codex passes over without a word (measured): well-formed or not, the person sees nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspector.protocol.rules.shapes import Breach

# Items that Codex cannot use unless these are strings.
_STRINGS: dict[str, tuple[str, ...]] = {
    "function_call": ("call_id", "name", "arguments"),
    "custom_tool_call": ("call_id", "name", "input"),
    "message": ("role",),
}


def check_dropped(index: int, item: Mapping[str, Any]) -> Iterator[Breach]:
    """Why Codex would drop an item that is done, all of it or a part."""
    kind = item.get("type")
    for name in _STRINGS.get(str(kind), ()):
        if not isinstance(item.get(name), str):
            yield "codex-drops", f"item {index}, a {kind}, has no string {name!r}"
    if kind == "message":
        content = item.get("content")
        if not isinstance(content, list):
            yield "codex-drops", f"item {index}, a message, has no list of content"
        elif any(isinstance(part, Mapping) and part.get("type") == "refusal" for part in content):
            yield "codex-drops", f"item {index} holds a refusal part: the person sees an empty answer"


def check_told_late(output: object) -> Iterator[Breach]:
    """The output of a completed response of which no item was ever begun."""
    if isinstance(output, list) and output:
        text = "the output is told in the terminal event only: Codex shows an empty answer"
        yield "codex-drops", text
