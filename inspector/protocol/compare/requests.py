"""Two requests: what changed in what was asked, and what that did to the prompt cache and the history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from inspector.protocol.compare.change import Change, HeaderChange, PieceChange, ValueChange
from inspector.protocol.compare.compaction import Compaction, find_compaction
from inspector.protocol.compare.dialect import Dialect, dialect_of
from inspector.protocol.compare.headers import Headers, compare_headers
from inspector.protocol.compare.ignore import NOTHING, Ignore
from inspector.protocol.compare.pieces import compare_pieces, in_place, share_words
from inspector.protocol.compare.prefix import Prefix, compare_prefix
from inspector.protocol.compare.tools import tools_of
from inspector.protocol.compare.values import value_difference
from inspector.protocol.progress import Progress, untold
from inspector.protocol.usage import TokenUsage

_ROUTINE = "/client_metadata"  # Codex's ids of the turn


@dataclass(frozen=True)
class RequestDifference:
    """Every item and tool of both requests, kept ones too; settings and headers only where they changed.

    The items of a chat request are its messages. A tool of an `additional_tools` item is among `tools`, and
    a part of that item among `items`.
    """

    items: tuple[PieceChange, ...]
    tools: tuple[PieceChange, ...]
    settings: tuple[ValueChange, ...]
    headers: tuple[HeaderChange, ...]
    prefix: Prefix
    compaction: Compaction | None
    dialect: Dialect

    @cached_property
    def is_empty(self) -> bool:
        """Nothing changed at all."""
        pieces = (*self.items, *self.tools)
        return not self.settings and not self.headers and all(one.change is Change.KEPT for one in pieces)

    def to_json(self) -> dict[str, Any]:
        """As the commands print it."""
        return {
            "dialect": str(self.dialect),
            "items": [item.to_json() for item in self.items],
            "tools": [tool.to_json() for tool in self.tools],
            "settings": [setting.to_json() for setting in self.settings],
            "headers": [header.to_json() for header in self.headers],
            "prefix": self.prefix.to_json(),
            "compaction": self.compaction.to_json() if self.compaction else None,
        }


def compare_requests(
    old: Any,
    new: Any,
    *,
    old_headers: Headers = (),
    new_headers: Headers = (),
    old_usage: TokenUsage | None = None,
    new_usage: TokenUsage | None = None,
    ignore: Ignore = NOTHING,
    progress: Progress = untold,
) -> RequestDifference:
    """Compare two bodies of `POST /responses` or `/chat/completions`, any JSON.

    The usages are those of their answers; `progress` is told of items.
    """
    dialect = dialect_of(old, new)
    old_items, new_items = dialect.items(old), dialect.items(new)
    prefix = compare_prefix(dialect, old, new, old_items, new_items, old_usage, new_usage)
    if ignore != NOTHING:
        old, new = ignore.applied(old), ignore.applied(new)
        old_items, new_items = dialect.items(old), dialect.items(new)
    items = compare_pieces(old_items, new_items, share_words, progress)
    return RequestDifference(
        items=items,
        tools=compare_pieces(tools_of(old), tools_of(new), in_place),
        settings=_settings(dialect, old, new),
        headers=compare_headers(old_headers, new_headers, ignore),
        prefix=prefix,
        compaction=find_compaction(items),
        dialect=dialect,
    )


def _settings(dialect: Dialect, old: Any, new: Any) -> tuple[ValueChange, ...]:
    """The rest of the body. Lists are told element by element elsewhere, unless one is no list or empty."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return value_difference(old, new)
    elsewhere = {name for name in (dialect.conversation, "tools") if _is_told(name, old, new)}
    rest = ({name: body[name] for name in body if name not in elsewhere} for body in (old, new))
    return tuple(
        replace(one, routine=True) if (one.new or one.old or "").startswith(_ROUTINE) else one
        for one in value_difference(next(rest), next(rest))
    )


def _is_told(name: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    values = [body[name] for body in (old, new) if name in body]
    if all(isinstance(value, list) for value in values):
        return len(values) == 2 or any(values)
    return name == "input" and len(values) == 2 and all(value is not None and value != [] for value in values)
