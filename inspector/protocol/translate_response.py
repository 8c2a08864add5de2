"""A complete chat completion -> a Response; an error of the chat endpoint -> a Responses error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.protocol.tools import ToolNames


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """What a client of the Responses API gets for an error of the chat endpoint."""

    status: int
    headers: list[tuple[str, str]]
    body: dict[str, Any]


def translate_response(
    chat: Mapping[str, Any], *, request: Mapping[str, Any], tools: ToolNames, codex_client: bool = False
) -> dict[str, Any]:
    """The Response that a complete chat completion amounts to."""
    raise NotImplementedError


def translate_error(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> ErrorAnswer:
    """A non-2xx answer of the chat endpoint as a Responses error: status kept, the original message kept."""
    raise NotImplementedError
