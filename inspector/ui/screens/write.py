"""A text of several lines asked of a person: plain, or JSON that has to be whole before it is taken."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from inspector.replay.edits.text import json_problem
from inspector.ui.view.editing.findings import value_findings
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.widgets.json_editor import JsonEditor
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines


class WriteScreen(ModalScreen[str | None]):
    """Ends with the text, None when the person would rather not."""

    CSS_PATH = "write.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "keep", "Take it", id="write.keep", tooltip="Take the text as it is now",
                priority=True),
        Binding("escape", "leave", "Back", id="write.leave", tooltip="Leave it as it was"),
    ]  # fmt: skip

    def __init__(self, title: str, text: str, *, is_json: bool = False) -> None:
        super().__init__()
        self._title = title
        self.area: JsonEditor | TextArea
        if is_json:
            self.area = JsonEditor(text, look=value_findings)
        else:
            self.area = TextArea(text, compact=True)

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with Vertical(id="write"):
            yield RowLines(id="write-title")
            yield self.area
            yield KeysLine()

    def on_mount(self) -> None:
        """Write."""
        title = row(Span(clean(self._title), Tone.STRONG))
        self.query_one("#write-title", RowLines).show(lambda _: [title])
        self.area.focus()

    def action_keep(self) -> None:
        """End with the text; with JSON only where it is an object."""
        if isinstance(self.area, JsonEditor) and json_problem(self.area.text) is not None:
            self.app.bell()
            self.area.action_finding()
        else:
            self.dismiss(self.area.text)

    def action_leave(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)
