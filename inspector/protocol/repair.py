"""A Responses request made acceptable to Azure, by rules that can be listed and switched, each change told.

Plain values in, plain values out; whatever JSON comes in, nothing is raised, and the source is left as it
was. A request that needs nothing is given back as the very object that came in. For an unknown model family
nothing is left out for the family's sake. To repair what is repaired changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from inspector.protocol.azure import is_azure_host
from inspector.protocol.families import Family, family_of_names
from inspector.protocol.repairs.account import account
from inspector.protocol.repairs.draft import Change, Draft
from inspector.protocol.repairs.namespaces import NAMESPACE_DESCRIPTION
from inspector.protocol.repairs.parameters import (
    PARALLEL_TOOL_CALLS,
    REASONING_FIELD,
    REASONING_SUMMARY,
    SAMPLING_FIELDS,
    TOKEN_LIMIT,
)
from inspector.protocol.repairs.roles import ONE_ROLE
from inspector.protocol.repairs.rule import Rule
from inspector.protocol.repairs.storage import ENCRYPTED_REASONING, STORED_ITEMS
from inspector.protocol.report import Report

__all__ = ["RULES", "Change", "RepairOptions", "Repaired", "Rule", "is_dated", "repair_request"]

RULES: tuple[Rule, ...] = (
    TOKEN_LIMIT,
    SAMPLING_FIELDS,
    REASONING_FIELD,
    REASONING_SUMMARY,
    PARALLEL_TOOL_CALLS,
    ONE_ROLE,
    STORED_ITEMS,
    ENCRYPTED_REASONING,  # after the rule that decides whether the response is stored
    NAMESPACE_DESCRIPTION,
)
"""All rules, in the order in which they are applied; no other order among them matters."""


@dataclass(frozen=True, slots=True)
class RepairOptions:
    """What the proxy or the person decides."""

    families: Mapping[str, str] = field(default_factory=dict)  # a deployment's name -> its family
    without: frozenset[str] = frozenset()  # ids of rules that are off
    dated: bool = False  # the request goes to a dated, non-v1 Azure URL: see `is_dated`
    model: str | None = None  # a second name of the deployment, which goes before the body's for the family


@dataclass(frozen=True, slots=True)
class Repaired:
    """The repaired body (an object whenever the source is one), how it came to be, and for which family."""

    body: Any
    changes: tuple[Change, ...]
    family: Family
    source: Any

    def report(self) -> Report:
        """What became of every piece of the source: each leaf is covered by exactly one row."""
        return account(self.source, self.changes, self.family)


def repair_request(body: Any, options: RepairOptions = RepairOptions()) -> Repaired:
    """Apply the rules that are on to a parsed request body."""
    model = body.get("model") if isinstance(body, dict) else None
    named = model if isinstance(model, str) else None
    family = family_of_names((options.model, named), options.families)
    if not isinstance(body, dict):
        return Repaired(body, (), family, body)
    draft = Draft(body, family, dated=options.dated)
    for rule in RULES:
        if rule.id not in options.without:
            draft.rule = rule.id
            rule.apply(draft)
    changes = draft.finish()
    return Repaired(draft.body, changes, family, body)


_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_dated(url: str) -> bool:
    """Whether a request's full URL is Azure's and dated, as all but those of v1 are; False when in doubt."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    segments = parts.path.split("/")
    if not is_azure_host(host) or "v1" in segments:
        return False
    version = dict(parse_qsl(parts.query)).get("api-version", "")
    return "openai" in segments or _DATED.match(version) is not None
