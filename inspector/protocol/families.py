"""What each family of models accepts, as data in one place, and which family a deployment belongs to.

A family's `source` says where its row was read; `SOURCES` has the addresses. Nothing here was tried against
live Azure: where documentation and users disagree, the row follows the users, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

SOURCES: dict[str, str] = {
    # Feature tables of the o-series, codex-mini and the gpt-5 family: sampling fields, max_completion_tokens,
    # one of developer and system, parallel tool calls, summaries, streaming, which endpoints.
    "reasoning": "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/reasoning",
    # What the models without reasoning take, and the fields of Chat Completions.
    "models": "https://learn.microsoft.com/azure/ai-foundry/openai/concepts/models",
    # Function tools go with the effort none only (gpt-5.4), said or by default (gpt-5.6).
    "effort": "https://github.com/openai/openai-openapi/issues/541 "
    "https://github.com/BerriAI/litellm/pull/34569",
    # Unlike gpt-5-chat, the later chat models refuse temperature on Azure: reports of users.
    "chat": "https://github.com/Aider-AI/aider/issues/4707 https://github.com/HKUDS/DeepTutor/issues/141",
    # Models that Microsoft's feature tables leave out: endpoints and features as LiteLLM lists them.
    "prices": "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
}


@dataclass(frozen=True, slots=True)
class Family:
    """What the models of one family accept."""

    name: str
    source: str = ""  # keys of SOURCES
    reasoning: bool = False  # then no sampling fields and no max_tokens
    role: str = "system"  # the one role for instructions; reasoning models take developer
    limit: str = "max_completion_tokens"  # the chat field that bounds the answer
    parallel_tool_calls: bool = True
    summary: bool = False  # reasoning.summary exists
    chat: bool = True  # served on Chat Completions at all
    streaming: bool = True
    verbosity: bool = False
    tools_need_effort_none: bool = False  # on Chat
    known: bool = True


UNKNOWN = Family("unknown", known=False)
_PLAIN = Family("", "models")
_THINKER = Family("", "reasoning", reasoning=True, role="developer")
_GPT_5 = replace(_THINKER, summary=True, verbosity=True)

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        replace(_PLAIN, name="gpt-3.5", limit="max_tokens"),
        replace(_PLAIN, name="gpt-4", limit="max_tokens"),
        replace(_PLAIN, name="gpt-4o"),
        replace(_PLAIN, name="gpt-4.1"),
        replace(_PLAIN, name="gpt-5-chat", verbosity=True),
        replace(_GPT_5, name="gpt-5.1-chat", source="chat"),
        replace(_THINKER, name="o1", parallel_tool_calls=False, streaming=False),
        replace(
            _THINKER,
            name="o1-pro",
            source="reasoning prices",
            parallel_tool_calls=False,
            chat=False,
            streaming=False,
        ),
        replace(_THINKER, name="o3-mini", parallel_tool_calls=False),
        replace(_THINKER, name="o3", parallel_tool_calls=False, summary=True),
        replace(_THINKER, name="o3-pro", parallel_tool_calls=False, chat=False, streaming=False),
        replace(_THINKER, name="o4-mini", parallel_tool_calls=False, summary=True),
        replace(
            _THINKER,
            name="o3-deep-research",
            source="prices",
            parallel_tool_calls=False,
            summary=True,
            chat=False,
        ),
        replace(_THINKER, name="computer-use-preview", source="prices", summary=True, chat=False),
        replace(_THINKER, name="codex-mini", parallel_tool_calls=False, summary=True, chat=False),
        replace(_GPT_5, name="gpt-5"),
        replace(_GPT_5, name="gpt-5-codex", chat=False),
        replace(_GPT_5, name="gpt-5-pro", parallel_tool_calls=False, chat=False, streaming=False),
        replace(_GPT_5, name="gpt-5.4", source="reasoning effort", tools_need_effort_none=True),
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
    "o1-pro": "o1-pro",
    "o3": "o3",
    "o3-mini": "o3-mini",
    "o3-pro": "o3-pro",
    "o4-mini": "o4-mini",
    "o3-deep-research": "o3-deep-research",
    "o4-mini-deep-research": "o3-deep-research",
    "computer-use-preview": "computer-use-preview",
    "codex-mini": "codex-mini",
    "gpt-5+": "gpt-5",
    "gpt-5-chat": "gpt-5-chat",
    "gpt-5.1+-chat": "gpt-5.1-chat",
    "gpt-5.4+": "gpt-5.4",
    "gpt-5+-codex": "gpt-5-codex",
    "gpt-5+-pro": "gpt-5-pro",
}
"""Known model names -> family; `5.4+` stands for 5.4 and every later version, 5.10 and 6 among them.

A deployment's name is free: the longest of these found inside it decides, of equals the later version.
Models that are not out yet are taken for the like of their elders.
"""

_VERSION = re.compile(r"(\d(?:\.\d{1,2})?)\+")


def _pattern(name: str) -> tuple[re.Pattern[str], tuple[int, ...]]:
    """What finds a name of MODELS in another, and the version, its first group, from which on it counts."""
    before, *versioned = _VERSION.split(name)
    inside = re.escape(before)
    if versioned:
        after = versioned[1]
        inside += rf"(\d(?:\.\d{{1,2}})?){re.escape(after)}"
    first = _number(versioned[0]) if versioned else ()
    return re.compile(rf"(?<![a-z0-9]){inside}(?![a-z0-9])"), first


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


_PATTERNS = [(*_pattern(name), FAMILIES[family]) for name, family in MODELS.items()]


def family_of(model: str | None, overrides: Mapping[str, str] | None = None) -> Family:
    """A deployment's family: what the user says, else the longest known model name in it, else unknown."""
    return family_of_names((model,), overrides)


def family_of_names(names: Iterable[str | None], overrides: Mapping[str, str] | None = None) -> Family:
    """The family behind several names of one deployment, the one that tells most first.

    What the user says of any of them comes before what a name looks like.
    """
    lowered = [(name or "").lower() for name in names]
    said = {known.lower(): family for known, family in (overrides or {}).items()}
    for name in lowered:
        if name in said:
            return FAMILIES.get(said[name]) or _by_name(said[name].lower())
    return next((family for name in lowered if (family := _by_name(name)).known), UNKNOWN)


def family_named(text: str) -> Family:
    """The family that a person means: its name, or a model's. ValueError says which there are."""
    family = FAMILIES.get(text) or _by_name(text.lower())
    if not family.known and text != UNKNOWN.name:
        raise ValueError(f"There is no model family {text!r}: it is one of {', '.join(FAMILIES)}.")
    return family


@lru_cache(maxsize=256)
def _by_name(name: str) -> Family:
    # How long the best match is, and the version from which on it counts.
    best: tuple[int, tuple[int, ...]] = (0, ())
    found = UNKNOWN
    for pattern, first, family in _PATTERNS:
        for match in pattern.finditer(name):
            rank = (len(match[0]), first)
            if rank > best and (not first or _number(match[1]) >= first):
                best, found = rank, family
    return found
