"""Responses events -> the Response that they build up, readable at any moment, whatever the events look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Accumulator:
    """Feed events in order; `response` is what has come together so far."""

    response: dict[str, Any]
    terminal: str | None  # the type of the terminal event, once it came

    def __init__(self) -> None:
        self.response = {}
        self.terminal = None

    def feed(self, event: Mapping[str, Any]) -> None:
        """Take in one event."""
        raise NotImplementedError
