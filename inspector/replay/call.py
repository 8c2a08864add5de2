"""A request that could be sent, as a value: what building ends with, and sending begins with."""

from __future__ import annotations

from dataclasses import dataclass, field

from inspector.capture.model import Headers
from inspector.protocol.azure import Operation

MODE = "replay"
"""What exchanges and recorders of ours have in the place of a proxy's mode."""


@dataclass(frozen=True, slots=True)
class Call:
    """Everything but the credential."""

    method: str
    url: str  # with api-version where the form needs it; never a secret
    headers: Headers  # content-type, accept and the like; none of the connection's, no credential
    body: bytes = field(repr=False)
    operation: Operation
