"""What each family of models accepts, as data in one place, and which family a deployment belongs to.

Sources: (D) Azure's documentation of reasoning models, (R) reports of users, named where they are used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Family:
    """What the models of one family accept."""

    name: str
    reasoning: bool = False  # D: then no sampling fields and no max_tokens
    role: str = "system"  # D: the one role for instructions; reasoning models take developer
    limit: str = "max_completion_tokens"  # D: the chat field that bounds the answer
    parallel_tool_calls: bool = True  # D
    summary: bool = False  # D: reasoning.summary exists
    chat: bool = True  # D: served on Chat Completions at all
    streaming: bool = True  # D
    verbosity: bool = False  # D
    # R (openai-openapi#541, LibreChat#14355): on Chat, function tools go with the effort none only; the
    # default of later models is another one, so none must be said.
    tools_need_effort_none: bool = False
    known: bool = True


UNKNOWN = Family("unknown", known=False)
_THINKER = Family("", reasoning=True, role="developer")

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("gpt-3.5", limit="max_tokens"),
        Family("gpt-4", limit="max_tokens"),
        Family("gpt-4o"),
        Family("gpt-4.1"),
        Family("gpt-5-chat", verbosity=True),
        replace(_THINKER, name="o1", parallel_tool_calls=False, streaming=False),
        replace(_THINKER, name="o3-mini", parallel_tool_calls=False),
        replace(_THINKER, name="o3", parallel_tool_calls=False, summary=True),
        replace(_THINKER, name="o3-pro", parallel_tool_calls=False, chat=False, streaming=False),
        replace(_THINKER, name="o4-mini", parallel_tool_calls=False, summary=True),
        replace(_THINKER, name="codex-mini", parallel_tool_calls=False, summary=True, chat=False),
        replace(_THINKER, name="gpt-5", summary=True, verbosity=True),
        replace(_THINKER, name="gpt-5-codex", summary=True, verbosity=True, chat=False),
        replace(
            _THINKER,
            name="gpt-5-pro",
            summary=True,
            verbosity=True,
            parallel_tool_calls=False,
            chat=False,
            streaming=False,
        ),
        replace(_THINKER, name="gpt-5.4", summary=True, verbosity=True, tools_need_effort_none=True),
        UNKNOWN,
    )
}
"""The one table of what models accept, by family."""

MODELS: dict[str, str] = {
    "gpt-3.5-turbo": "gpt-3.5",
    "gpt-35-turbo": "gpt-3.5",
    "gpt-4": "gpt-4",
    "gpt-4-turbo": "gpt-4",
    "gpt-4-32k": "gpt-4",
    "gpt-4o": "gpt-4o",
    "gpt-4o-mini": "gpt-4o",
    "gpt-4.1": "gpt-4.1",
    "gpt-4.1-mini": "gpt-4.1",
    "gpt-4.1-nano": "gpt-4.1",
    "gpt-4.5": "gpt-4.1",
    "o1": "o1",
    "o3": "o3",
    "o3-mini": "o3-mini",
    "o3-pro": "o3-pro",
    "o4-mini": "o4-mini",
    "codex-mini": "codex-mini",
    "gpt-5": "gpt-5",
    "gpt-5-mini": "gpt-5",
    "gpt-5-nano": "gpt-5",
    "gpt-5-chat": "gpt-5-chat",
    "gpt-5.1-chat": "gpt-5-chat",
    "gpt-5.2-chat": "gpt-5-chat",
    "gpt-5.1": "gpt-5",
    "gpt-5.2": "gpt-5",
    "gpt-5.3": "gpt-5",
    "gpt-5.4": "gpt-5.4",
    "gpt-5.5": "gpt-5.4",
    "gpt-5.6": "gpt-5.4",
    "gpt-6": "gpt-5.4",
    "gpt-5-codex": "gpt-5-codex",
    "gpt-5.1-codex": "gpt-5-codex",
    "gpt-5.1-codex-mini": "gpt-5-codex",
    "gpt-5.1-codex-max": "gpt-5-codex",
    "gpt-5.2-codex": "gpt-5-codex",
    "gpt-5.3-codex": "gpt-5-codex",
    "gpt-5-pro": "gpt-5-pro",
}
"""Known model names -> family. A deployment's name is free; the longest of these found inside it decides."""

_INSIDE = re.compile(
    "|".join(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" for name in sorted(MODELS, key=len, reverse=True))
)


def family_of(model: str | None, overrides: Mapping[str, str] | None = None) -> Family:
    """A deployment's family: what the user says, else the longest known model name in it, else unknown."""
    name = (model or "").lower()
    for known, family in (overrides or {}).items():
        if known.lower() == name:
            return FAMILIES.get(family) or family_of(family)
    found = _INSIDE.findall(name)
    return FAMILIES[MODELS[max(found, key=len)]] if found else UNKNOWN
