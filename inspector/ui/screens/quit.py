"""Leaving while the proxy runs: it can go on without the screen, so the person says what it shall do."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from inspector.ui.view.hold.words import leaving
from inspector.ui.view.measures import counted
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList


class QuitChoice(StrEnum):
    """What to do."""

    LEAVE = "leave"
    STOP = "stop"
    STAY = "stay"


CHOICES = {
    QuitChoice.LEAVE: (
        "l",
        "leave the proxy running",
        "it goes on; `inspector live` returns",
    ),
    QuitChoice.STOP: ("s", "stop the proxy", "what Codex does through it breaks off"),
    QuitChoice.STAY: ("esc", "stay here", ""),
}


class QuitScreen(ModalScreen[QuitChoice]):
    """Three ways to go on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(  # before the list, which would unfold with it
            "l",
            "choose('leave')",
            "Leave it running",
            id="quit.leave",
            tooltip="Quit; the proxy goes on",
            priority=True,
        ),
        Binding("s", "choose('stop')", "Stop it", id="quit.stop", tooltip="Quit, and end the proxy"),
        Binding("escape,q", "choose('stay')", "Stay", id="quit.stay", tooltip="Do not quit"),
    ]

    def __init__(self, listening: str, connections: int, held: int = 0) -> None:
        """`held`: so many things are released when this app is left."""
        super().__init__()
        self._listening = listening
        self._connections = connections
        self._held = held

    def compose(self) -> ComposeResult:
        """A question and its answers."""
        with Vertical(id="quit"):
            yield RowLines(id="quit-question")
            yield RowList(id="quit-choices")

    def on_mount(self) -> None:
        """Ask."""
        busy = f", with {counted(self._connections, 'connection')} open" if self._connections else ""
        question = [
            row(Span("Quit", Tone.STRONG)),
            row(Span(f"The proxy at {self._listening} is running{busy}.", Tone.DIM)),
        ]
        if self._held:
            question.append(row(Span(leaving(self._held), Tone.WARN)))
        self.query_one("#quit-question", RowLines).show(lambda _: question)
        nodes = [
            Node(choice, row(Span(f"{key:<4} ", Tone.ACCENT), Span(words), Span(f"  {more}", Tone.DIM)))
            for choice, (key, words, more) in CHOICES.items()
        ]
        choices = self.query_one("#quit-choices", RowList)
        choices.show(Outline(nodes))
        choices.focus()

    def on_row_list_entered(self, message: RowList.Entered) -> None:
        """Enter takes the choice under the cursor."""
        self.dismiss(QuitChoice(message.node.key))

    def action_choose(self, choice: str) -> None:
        """Take a choice by its key."""
        self.dismiss(QuitChoice(choice))
