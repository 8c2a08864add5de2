"""Items of a history, as Codex keeps them: which of them the model said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_THE_MODEL = frozenset(
    {
        "reasoning", "function_call", "custom_tool_call", "tool_search_call", "local_shell_call",
        "web_search_call", "image_generation_call", "compaction", "context_compaction",
    }
)  # fmt: skip


def is_of_the_model(item: Mapping[str, Any]) -> bool:
    """Whether the model said it, and not the client."""
    kind = str(item.get("type"))
    return kind in _OF_THE_MODEL or (kind == "message" and item.get("role") == "assistant")


def is_output(item: Mapping[str, Any]) -> bool:
    """Whether it is what a call of the model came to."""
    kind = item.get("type")
    return isinstance(kind, str) and kind.endswith("_output")


def as_sent(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item without what Codex keeps beside it and never sends."""
    return {name: value for name, value in item.items() if not name.startswith("internal_")}
