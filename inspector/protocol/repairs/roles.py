"""The rule about the two roles for instructions, system and developer."""

from __future__ import annotations

from typing import Any

from inspector.protocol.families import SOURCES
from inspector.protocol.repairs.draft import Draft
from inspector.protocol.repairs.rule import Rule

_ROLES = ("system", "developer")


def _one_role(draft: Draft) -> None:
    """One role for all, if there are two; a request with one role keeps it, whichever it is.

    `instructions` do not count: what Azure forbids is messages of both roles, and `instructions` are no
    message; the server gives them the role that fits. Older Codex sends them beside developer messages, and
    moving 20 KB of them into `input` would change the prefix that the prompt's cache goes by.
    """
    items = draft.body.get("input")
    if not isinstance(items, list):
        return
    found = [(n, item["role"]) for n, item in enumerate(items) if _instructs(item)]
    if len({role for _, role in found}) < 2:
        return
    wanted = draft.family.role  # system for an unknown family: reasoning models read it as developer
    for n, role in found:
        if role != wanted:
            text = f"{role} and {wanted} messages must not be mixed in one request; all become {wanted}"
            draft.put(("input", n, "role"), wanted, text)


def _instructs(item: Any) -> bool:
    return isinstance(item, dict) and item.get("type") in (None, "message") and item.get("role") in _ROLES


ONE_ROLE = Rule(
    "one-role",
    "system and developer messages become one role, that of the family",
    "Azure says not to use both in one request. Nothing is dropped, and `instructions` stay where they are:"
    " they have no role of their own.",
    f"documented: {SOURCES['reasoning']}",
    _one_role,
)
