"""Token counts: what the two APIs call them, and one into the other.

Chat's `prompt_tokens` and `completion_tokens` are Responses' `input_tokens` and `output_tokens`; both include
the cached and the reasoning tokens that their details name. Any JSON may come in; what is not a count is as
good as absent, and so is a count beyond any storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one response; None where the upstream did not say."""

    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None


def from_responses(usage: object) -> TokenUsage | None:
    """Read the `usage` object of a Response; None when there is none."""
    return _read(usage, "input_tokens", "output_tokens")


def from_chat(usage: object) -> TokenUsage | None:
    """Read the `usage` object of a chat completion or of a chunk; None when there is none."""
    return _read(usage, "prompt_tokens", "completion_tokens")


def chat_to_responses(usage: object) -> dict[str, Any] | None:
    """Chat's `usage` object as a Response's, with every field that its type requires; None for none.

    Codex refuses a usage whose counts are missing, so a missing count becomes 0 and a missing total the sum.
    """
    read = from_chat(usage)
    if read is None or not isinstance(usage, Mapping):
        return None
    given, produced = read.input_tokens or 0, read.output_tokens or 0
    total = _count(usage, "total_tokens")
    return {
        "input_tokens": given,
        "input_tokens_details": {
            "cached_tokens": read.cached_tokens or 0,
            "cache_write_tokens": _count(usage.get("prompt_tokens_details"), "cache_write_tokens") or 0,
        },
        "output_tokens": produced,
        "output_tokens_details": {"reasoning_tokens": read.reasoning_tokens or 0},
        "total_tokens": given + produced if total is None else total,
    }


def responses_to_chat(usage: object) -> dict[str, Any] | None:
    """A Response's `usage` object as Chat's; None for none."""
    read = from_responses(usage)
    if read is None or not isinstance(usage, Mapping):
        return None
    given, produced = read.input_tokens or 0, read.output_tokens or 0
    total = _count(usage, "total_tokens")
    details = {"cached_tokens": read.cached_tokens or 0}
    if written := _count(usage.get("input_tokens_details"), "cache_write_tokens"):
        details["cache_write_tokens"] = written
    return {
        "prompt_tokens": given,
        "completion_tokens": produced,
        "total_tokens": given + produced if total is None else total,
        "prompt_tokens_details": details,
        "completion_tokens_details": {"reasoning_tokens": read.reasoning_tokens or 0},
    }


def _read(usage: object, given: str, produced: str) -> TokenUsage | None:
    if not isinstance(usage, Mapping):
        return None
    read = TokenUsage(
        input_tokens=_count(usage, given),
        cached_tokens=_count(usage.get(f"{given}_details"), "cached_tokens"),
        output_tokens=_count(usage, produced),
        reasoning_tokens=_count(usage.get(f"{produced}_details"), "reasoning_tokens"),
    )
    return None if read == TokenUsage() else read


def _count(holder: object, name: str) -> int | None:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None
