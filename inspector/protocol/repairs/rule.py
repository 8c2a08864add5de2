"""What a rule of repair is: known by its id, with its reasons, and switched on or off as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from inspector.protocol.repairs.draft import Draft


class Rule(NamedTuple):
    """One rule; `source` says whether its reason is documented, measured or reported, and where."""

    id: str
    title: str
    why: str
    source: str
    apply: Callable[[Draft], None]

    def to_json(self) -> dict[str, Any]:
        """The rule as the commands print it."""
        return {"id": self.id, "title": self.title, "why": self.why, "source": self.source}
