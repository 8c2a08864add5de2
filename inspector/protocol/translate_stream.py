"""Chat chunks -> Responses events: one state machine, fed bytes, giving events."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from inspector.protocol.tools import ToolNames


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """A Responses event, and what produced it: the number of the feed (0..) and the offset of its chat chunk."""

    data: dict[str, Any]
    chunk: int
    offset: int

    @property
    def type(self) -> str:
        """The event's `type`."""
        kind: str = self.data["type"]
        return kind

    def encode(self) -> bytes:
        """The event as Server-Sent Event bytes."""
        body = json.dumps(self.data, separators=(",", ":"))
        return f"event: {self.type}\ndata: {body}\n\n".encode()


@dataclass(frozen=True, slots=True)
class StreamFailure:
    """Why a stream ended badly, in the words of a Response's `error`: what `response.failed` will say."""

    code: str
    message: str


class StreamTranslator:
    """The chat stream of one response, translated as it arrives."""

    def __init__(
        self,
        *,
        request: Mapping[str, Any],
        tools: ToolNames,
        model: str,
        codex_client: bool = False,
        profile: Literal["official", "dual"] = "official",
        now: Callable[[], float] = time.time,
        new_id: Callable[[str], str] | None = None,
    ) -> None:
        raise NotImplementedError

    def feed(self, data: bytes) -> list[StreamEvent]:
        """The events that these bytes of the chat stream amount to; never raises, whatever they are."""
        raise NotImplementedError

    def close(self, error: StreamFailure | None = None) -> list[StreamEvent]:
        """The chat stream is over (`error`: because something failed): the terminal event, if it is still due."""
        raise NotImplementedError

    @property
    def finished(self) -> bool:
        """Whether the terminal event has been given: the response can end right after it."""
        raise NotImplementedError
