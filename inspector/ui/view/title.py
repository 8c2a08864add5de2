"""What a request is about, in one line: the last thing the user said in it, or a sub-agent's task."""

from __future__ import annotations

from typing import Any

from inspector.protocol.json_text import parse
from inspector.ui.view.cards import content
from inspector.ui.view.text import decode, one_line

LONGEST = 200
_ENCRYPTED = "gAAAA"  # how tokens begin


def title_of(body: bytes) -> str | None:
    """The prompt of a Responses or Chat request, cleaned; None when there is none to be found."""
    try:
        value = parse(decode(body))
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    said = value.get("input", value.get("messages"))
    if isinstance(said, str):
        return one_line(said, LONGEST) or None
    for item in reversed(said) if isinstance(said, list) else ():
        if not isinstance(item, dict):
            continue
        if item.get("role") == "user" and (text := _prompt(item)):
            return one_line(text, LONGEST)
        if item.get("type") == "agent_message" and (text := _task(item)):
            return one_line(text, LONGEST)
    return None


def _prompt(item: dict[str, Any]) -> str:
    """A user's words; what Codex puts there by itself is in angle brackets and is none."""
    text, _ = content(item.get("content"))
    return "" if text.lstrip().startswith("<") else text


def _task(item: dict[str, Any]) -> str:
    """What one agent tells another to do; "" of what else it tells, and of what only a model can read."""
    text, _ = content(item.get("content"))
    head, _, task = text.partition("Payload:\n")
    return task.strip() if "NEW_TASK" in head and not task.lstrip().startswith(_ENCRYPTED) else ""
