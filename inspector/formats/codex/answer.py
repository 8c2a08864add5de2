"""What a rollout file tells of one answer, while it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.formats.codex import retold
from inspector.formats.codex.history import LARGEST
from inspector.formats.codex.lines import Line


@dataclass(slots=True)
class Answer:
    """What the model has said since the client last did."""

    items: list[Any] = field(default_factory=list)
    history: list[bytes] = field(default_factory=list)  # these, and the outputs of its calls between them
    size: int = 0  # bytes of that
    times: list[float] = field(default_factory=list)  # Unix time
    line: Line | None = None
    id: str = ""
    tokens: Mapping[str, Any] | None = None
    is_over: bool = False  # told in so many words
    has_output: bool = False  # the last item of its history is one
    answered: float | None = None  # Unix time of the last of them

    def said(self, item: bytes) -> None:
        """It, or what a call of it gave, goes on with that item."""
        self.history.append(item)
        self.size += len(item)

    @property
    def is_full(self) -> bool:
        """Whether no more of it is taken together."""
        return self.size > LARGEST or len(self.history) >= retold.MOST

    @property
    def goes_on(self) -> bool:
        """Whether there may be more of it behind an output."""
        return self.line is not None and self.tokens is None and not self.is_over
