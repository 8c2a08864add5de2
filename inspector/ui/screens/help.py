"""What the keys do where one is now, which enter does, and what the marks mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from inspector.ui.commands import Command, shown_keys
from inspector.ui.view.help import help_nodes, mark_nodes
from inspector.ui.view.outline import Outline
from inspector.ui.view.rows import Row, Span, Tone
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList


class HelpScreen(ModalScreen[Command | None]):
    """Ends with the action that was chosen, None when nothing was."""

    CSS_PATH = "help.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "leave", "Back", id="help.leave", tooltip="Close the help"),
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = {command.id: command for command in commands}

    def compose(self) -> ComposeResult:
        """Title above keys."""
        with Vertical(id="help"):
            yield RowLines(id="help-title")
            yield RowList(id="help-keys")

    def on_mount(self) -> None:
        """Show what there is."""
        title = Row(
            (Span("Keys", Tone.STRONG), Span("  here and now; enter does it, esc goes back", Tone.DIM))
        )
        self.query_one("#help-title", RowLines).show(lambda _: [title])
        keys = self.query_one("#help-keys", RowList)
        told = ((command.id, shown_keys(command), command.about) for command in self._commands.values())
        keys.show(Outline([*help_nodes(told), *mark_nodes()]))
        keys.focus()

    def on_row_list_entered(self, message: RowList.Entered) -> None:
        """Enter does what the cursor stands on; a mark does nothing."""
        command = self._commands.get(message.node.key)
        if command is not None:
            self.dismiss(command)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)
