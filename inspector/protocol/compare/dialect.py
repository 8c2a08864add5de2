"""A request read into pieces, in either of the two APIs.

|              | Responses               | Chat Completions        |
|--------------|-------------------------|-------------------------|
| conversation | `input`: a list, a text | `messages`: a list      |
| tools        | `tools`, input items    | `tools`                 |
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from inspector.protocol.compare.items import Item, items_of
from inspector.protocol.compare.messages import messages_of


class Dialect(StrEnum):
    """Which API a request speaks."""

    RESPONSES = "responses"
    CHAT = "chat"

    @property
    def conversation(self) -> str:
        """The member that holds what was said."""
        return "messages" if self is Dialect.CHAT else "input"

    def items(self, body: Any) -> Sequence[Item]:
        """What was said, piece by piece; nothing for any JSON that is no request."""
        said = body.get(self.conversation) if isinstance(body, dict) else None
        return messages_of(said) if self is Dialect.CHAT else items_of(said, "/input")


def dialect_of(*bodies: Any) -> Dialect:
    """What two requests can be compared in: Chat where there are messages, and no `input` in any of them."""
    requests = [body for body in bodies if isinstance(body, dict)]
    if any("input" in body for body in requests):
        return Dialect.RESPONSES
    is_chat = any(isinstance(body.get("messages"), list) for body in requests)
    return Dialect.CHAT if is_chat else Dialect.RESPONSES
