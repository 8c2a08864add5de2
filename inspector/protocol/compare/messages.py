"""The messages of a Chat request, as pieces that can be found again.

A message is the same one if the calls that it makes are, or the call that it answers is, or what it says,
whatever the identifiers of calls.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from inspector.protocol.compare.items import Item


def messages_of(value: Any) -> Sequence[Message]:
    """The messages of a list; anything else has none."""
    if not isinstance(value, list):
        return []
    return [Message(message, f"/messages/{n}", _title(message)) for n, message in enumerate(value)]


class Message(Item):
    """A message of a conversation."""

    @property
    def essence(self) -> Any:
        """The message without the identifiers of calls."""
        if not isinstance(self.value, dict):
            return self.value
        told = {name: member for name, member in self.value.items() if name != "tool_call_id"}
        if isinstance(calls := told.get("tool_calls"), list):
            told["tool_calls"] = [
                {name: member for name, member in call.items() if name != "id"}
                if isinstance(call, dict)
                else call
                for call in calls
            ]
        return told

    def name(self, level: int) -> Hashable | None:
        """The call that it answers, the calls that it makes, what it says."""
        if not isinstance(self.value, dict):
            return None
        if level == 2:
            return self.said
        if level == 0:
            answered = self.value.get("tool_call_id")
            return answered if isinstance(answered, str) and answered else None
        calls = self.value.get("tool_calls")
        made = [call.get("id") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
        return tuple(made) if made and all(isinstance(one, str) and one for one in made) else None


def _title(message: Any) -> str:
    role = message.get("role") if isinstance(message, dict) else None
    return f"message {role}" if isinstance(role, str) else ""
