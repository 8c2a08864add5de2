"""What a request is about, in one line: the last thing the user said in it."""

from __future__ import annotations

from typing import Any

from inspector.protocol.json_text import parse
from inspector.ui.view.cards import content
from inspector.ui.view.text import decode, one_line

LONGEST = 200


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
        if isinstance(item, dict) and item.get("role") == "user" and (text := _prompt(item)):
            return one_line(text, LONGEST)
    return None


def _prompt(item: dict[str, Any]) -> str:
    """A user's words; what Codex puts there by itself is in angle brackets and is none."""
    text, _ = content(item.get("content"))
    return "" if text.lstrip().startswith("<") else text
