"""What Azure says around an answer, in its headers: its request id, what served it, how much is left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.capture.model import Headers
from inspector.protocol.json_text import parse_object
from inspector.protocol.usage import from_chat, from_responses
from inspector.replay.patience import told_wait

REQUEST_IDS = ("x-ms-request-id", "apim-request-id", "x-request-id")
"""Where the id of a request is that support asks for; the first that is there counts."""

_COUNT = re.compile(r"\d{1,18}")


@dataclass(frozen=True, slots=True)
class Limit:
    """A window of the rate limit, as far as it is told; Azure's -1 means nothing and is as good as absent."""

    of: str  # requests, tokens
    remaining: int | None
    limit: int | None
    reset: str | None  # as it is told: "6s"

    @property
    def words(self) -> str:
        """`249 of 250 requests left`."""
        left = "" if self.remaining is None else f"{self.remaining:,} "
        whole = "" if self.limit is None else f"{'of ' if left else ''}{self.limit:,} "
        reset = f", reset in {self.reset}" if self.reset else ""
        return f"{left}{whole}{self.of} {'left' if left else 'allowed'}{reset}"


@dataclass(frozen=True, slots=True)
class Served:
    """What the headers say; None and empty for what they do not."""

    request_id: str | None = None
    model: str | None = None  # x-ms-model-id
    snapshot: str | None = None  # x-ms-served-model: what stands behind a deployment's name
    deployment: str | None = None
    region: str | None = None
    usage: Mapping[str, Any] | None = None  # azure-openai-usage
    limits: tuple[Limit, ...] = field(default=())
    wait: float | None = None  # seconds until it may be asked again

    @property
    def words(self) -> str:
        """All of it in a line; "" for nothing."""
        names = dict.fromkeys(name for name in (self.model, self.deployment, self.snapshot) if name)
        parts = [
            f"request id {self.request_id}" if self.request_id else "",
            f"served by {', '.join(names)}" if names else "",
            f"in {self.region}" if self.region else "",
            self._tokens(),
            *(limit.words for limit in self.limits),
            "" if self.wait is None else f"wait {self.wait:g} s",
        ]
        return "; ".join(part for part in parts if part)

    def to_json(self) -> dict[str, Any]:
        """The same for scripts; every field is there."""
        return {
            "request_id": self.request_id,
            "model_id": self.model,
            "served_model": self.snapshot,
            "deployment": self.deployment,
            "region": self.region,
            "usage": self.usage,
            "rate_limits": {
                limit.of: {"remaining": limit.remaining, "limit": limit.limit, "reset": limit.reset}
                for limit in self.limits
            },
            "retry_after_ms": None if self.wait is None else round(self.wait * 1000),
        }

    def _tokens(self) -> str:
        used = from_responses(self.usage) or from_chat(self.usage)
        return f"{used.input_tokens or 0:,} tokens in, {used.output_tokens or 0:,} out" if used else ""


def served(headers: Headers) -> Served:
    """Reads the headers of an answer; nothing in them is an error."""
    given = {name.lower(): value.strip() for name, value in reversed(headers) if value.strip()}
    return Served(
        request_id=next((given[name] for name in REQUEST_IDS if name in given), None),
        model=given.get("x-ms-model-id"),
        snapshot=given.get("x-ms-served-model"),
        deployment=given.get("x-ms-deployment-name"),
        region=given.get("x-ms-region"),
        usage=parse_object(given.get("azure-openai-usage", "")),
        limits=tuple(limit for of in ("requests", "tokens") if (limit := _limit(given, of)) is not None),
        wait=told_wait(headers),
    )


def _limit(given: Mapping[str, str], of: str) -> Limit | None:
    remaining, limit = (_count(given.get(f"x-ratelimit-{name}-{of}", "")) for name in ("remaining", "limit"))
    if remaining is None and limit is None:
        return None
    return Limit(of, remaining, limit, given.get(f"x-ratelimit-reset-{of}"))


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None
