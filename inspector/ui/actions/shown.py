"""What is acted on: what a pane holds, the form in which it shows it, and the row under its cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inspector.capture.events import TimedEvent
from inspector.ui.view.event_nodes import EventGroup, EventNode
from inspector.ui.view.lost import at
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import Form, PaneContent
from inspector.ui.view.pretty import pretty


@dataclass(frozen=True, slots=True)
class Shown:
    """A pane as it is now; `name` is one word for it."""

    name: str
    content: PaneContent
    form: Form
    node: Node | None

    @property
    def text(self) -> str:
        """All of it: JSON, or as it passed where that is what is shown; where it is neither, what it says."""
        text = self.content.text(self.form)
        return "\n".join(node.text() for node in self.content.nodes) if text is None else text

    @property
    def suffix(self) -> str:
        """What a file of `text` is called at its end."""
        return ".json" if self.content.value is not None and self.form is not Form.RAW else ".txt"

    @property
    def pointer(self) -> str | None:
        """The JSON pointer of the row's piece, where it is a piece of what the pane holds."""
        key = self.node.key if self.node is not None else ""
        return key if key.startswith("/") and at(self.content.value, key) is not None else None

    @property
    def piece(self) -> Any:
        """What the pointer names; None without one."""
        return None if self.pointer is None else at(self.content.value, self.pointer)

    def piece_json(self) -> str:
        """That, as JSON."""
        return pretty(self.piece)

    @property
    def events(self) -> Sequence[TimedEvent]:
        """The events of the row that bring JSON: one, or those of an output item."""
        match self.node:
            case EventNode():
                found: Sequence[TimedEvent] = [self.node.record]
            case EventGroup():
                found = self.node.records
            case _:
                found = []
        return [event for event in found if isinstance(event.data, dict | list)]

    def events_json(self) -> str:
        """Their data: one alone as it is, several as a list."""
        values = [event.data for event in self.events]
        return pretty(values if isinstance(self.node, EventGroup) else values[0])
