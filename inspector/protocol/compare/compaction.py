"""What a compaction took out of a history: Codex's own, the server's, or somebody's silent trimming.

The server gives a `compaction` item that stands for what was before it; Codex, where it compacts by itself,
goes on from a user message with a summary that begins with words of its own (0.58 to 0.169).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inspector.protocol.compare.change import Change, PieceChange

_ITEMS = ("compaction", "compaction_summary", "context_compaction")
_SUMMARY = "Another language model started to solve this problem"


class By(StrEnum):
    """Who made the history shorter."""

    SERVER = "server"
    CLIENT = "client"
    UNKNOWN = "unknown"  # items vanished from before others that stayed, and nothing stands for them


@dataclass(frozen=True, slots=True)
class Compaction:
    """`removed`: pointers in the old request; `summary`: one in the new request. Sizes in bytes of JSON."""

    by: By
    removed: tuple[str, ...]
    removed_size: int
    summary: str | None
    summary_size: int

    def to_json(self) -> dict[str, Any]:
        """As the commands print it."""
        return {
            "by": str(self.by),
            "removed": list(self.removed),
            "removed_size": self.removed_size,
            "summary": self.summary,
            "summary_size": self.summary_size,
        }


def find_compaction(items: Sequence[PieceChange]) -> Compaction | None:
    """The compaction between two inputs, by what became of their items; None if there was none."""
    vanished = [item for item in items if item.change is Change.VANISHED]
    for item in items:
        if item.change in (Change.ADDED, Change.CHANGED) and (by := _stands_for_others(item.after)):
            return _compaction(by, vanished, item)
    last = max((n for n, item in enumerate(items) if item.change is Change.KEPT), default=-1)
    trimmed = [item for item in items[: last + 1] if item.change is Change.VANISHED]
    return _compaction(By.UNKNOWN, trimmed, None) if trimmed else None


def _compaction(by: By, removed: Sequence[PieceChange], summary: PieceChange | None) -> Compaction:
    return Compaction(
        by,
        tuple(item.old for item in removed if item.old is not None),
        sum(item.old_size for item in removed),
        summary.new if summary else None,
        summary.new_size if summary else 0,
    )


def _stands_for_others(item: Any) -> By | None:
    if not isinstance(item, dict):
        return None
    if item.get("type") in _ITEMS:
        return By.SERVER
    if item.get("role") != "user":
        return None
    content = item.get("content")
    first = content[0] if isinstance(content, list) and content else content
    text = first.get("text") if isinstance(first, dict) else first
    return By.CLIENT if isinstance(text, str) and text.lstrip().startswith(_SUMMARY) else None
