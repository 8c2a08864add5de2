"""What we write into a flow's metadata, which mitmproxy keeps and shows, since it has no field for it.

inspector: {"mode": "bridge", "outcome": "upstream-gone", "error": "..."}     the client's side
inspector: {"upstream-of": "the flow's id"}                                   the other side of a bridge
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inspector.capture.model import Exchange, Made, Outcome
from inspector.formats.mitm.fields import part, text
from inspector.formats.mitm.walk import State

KEY = "inspector"
_UPSTREAM_OF = "upstream-of"
_MODES = ("observe", "repair", "bridge")
_MADE = ("replay", "edit", "minimise", "azure")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a flow's metadata tells. `outcome` None: nothing, or nothing that still holds."""

    mode: str = "observe"
    outcome: Outcome | None = None
    error: str | None = None
    made: Made | None = None


def kept(state: State) -> Kept:
    """Of a flow that mitmproxy has not changed since: what it changes, it keeps a backup of."""
    told = part(part(state, "metadata") or {}, KEY) or {}
    outcome = text(told.get("outcome"))
    if part(state, "backup") or outcome not in set(Outcome):
        return Kept()
    mode, error, by = text(told.get("mode")), text(told.get("error")), text(told.get("made"))
    return Kept(
        mode if mode in _MODES else "observe",
        Outcome(outcome),
        error or None,
        Made(by) if by in _MADE else None,
    )


def upstream_of(state: State) -> str:
    """The id of the flow whose other side this one is; "" of any other."""
    told = part(part(state, "metadata") or {}, KEY) or {}
    return text(told.get(_UPSTREAM_OF))


def metadata(exchange: Exchange) -> dict[str, Any]:
    """That of an exchange's flow."""
    made = {"made": exchange.made.by} if exchange.made else {}
    error = {"error": exchange.error} if exchange.error else {}
    return {KEY: {"mode": exchange.mode, "outcome": exchange.outcome.value, **error, **made}}


def metadata_upstream(flow: str) -> dict[str, Any]:
    """That of the flow with an exchange's upstream side."""
    return {KEY: {_UPSTREAM_OF: flow}}
