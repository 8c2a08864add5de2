"""The rule about the two roles for instructions, system and developer."""

from __future__ import annotations

from typing import Any

from inspector.protocol.repairs.draft import Draft
from inspector.protocol.repairs.rule import Rule

_ROLES = ("system", "developer")


def _one_role(draft: Draft) -> None:
    """`instructions` do not count: they name no role, the server gives them the model's own, and older Codex
    sends them beside developer messages. A request with one role keeps it, whichever it is."""
    items = draft.body.get("input")
    found = [(n, item["role"]) for n, item in enumerate(items) if _instructs(item)] if _is_list(items) else []
    if len({role for _, role in found}) < 2:
        return
    wanted = draft.family.role
    for n, role in found:
        if role != wanted:
            text = f"{role} and {wanted} messages must not be mixed; {draft.family.name} models get {wanted}"
            draft.put(("input", n, "role"), wanted, text)


def _is_list(items: Any) -> bool:
    return isinstance(items, list)


def _instructs(item: Any) -> bool:
    return isinstance(item, dict) and item.get("type") in (None, "message") and item.get("role") in _ROLES


ONE_ROLE = Rule(
    "one-role",
    "system and developer messages become one role, that of the family",
    "Azure says not to use both in one request. Nothing is dropped, and `instructions` stay where they are:"
    " they have no role of their own.",
    "(D) reasoning models: developer messages",
    _one_role,
)
