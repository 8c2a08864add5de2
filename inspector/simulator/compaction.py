"""Compaction: a client asks for its history in one opaque item, and goes on from there.

Newer Codex ends its input with a `compaction_trigger`, older ones POST to `/responses/compact`. Both want
exactly one `compaction` item. The imitation's item says how many tool outputs it stands for, so that a story
goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inspector.simulator.reply import Compaction
from inspector.simulator.script import Answer, whole_json

_PREFIX = "imitated-compaction-of-tool-outputs-"


def is_asked_for(body: Mapping[str, Any]) -> bool:
    """Whether a Responses request ends with the trigger."""
    items = body.get("input")
    last = items[-1] if isinstance(items, list) and items else None
    return isinstance(last, dict) and last.get("type") == "compaction_trigger"


def of(outputs: tuple[str, ...]) -> Compaction:
    """The item for a conversation with these tool outputs since the last prompt."""
    return Compaction(f"{_PREFIX}{len(outputs)}")


def whole(answer: Answer) -> Answer:
    """A response with that item, not streamed, in the form that `/responses/compact` has."""
    response = json.loads(answer.body)
    kept = {key: response[key] for key in ("id", "created_at", "output", "usage")}
    around = tuple(field for field in answer.headers if not field[0].startswith("content-"))
    return whole_json({**kept, "object": "response.compaction"}, headers=around)


def outputs_in(encrypted: str) -> list[str]:
    """A word for each tool output that such an item stands for."""
    count = encrypted.removeprefix(_PREFIX)
    return ["compacted"] * (int(count) if count.isascii() and count.isdecimal() else 0)
