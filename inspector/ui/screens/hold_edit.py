"""What is held, edited before it goes on: a request's body, status and headers, the data of an event."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import TextArea

from inspector.capture.holds import Decision, Point
from inspector.ui.screens.handover import edited_outside
from inspector.ui.view.editing.findings import request_findings, value_findings
from inspector.ui.view.hold.edited import decision_of, is_json, text_of
from inspector.ui.view.hold.waits import Waits, what
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.widgets.json_editor import JsonEditor
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines


class HeldEditScreen(Screen[str | None]):
    """Ends with the text when it is to go on like that, None when it stays held. `keep` is given the text in
    either case: what was written is there again the next time.
    """

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        "hold_edit.tcss",
        "../widgets/json_editor.tcss",
    ]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Release it like this", id="hold-edit.send", priority=True,
                tooltip="It goes on as it stands here"),
        Binding("ctrl+o", "outside", "Editor", id="hold-edit.outside",
                tooltip="Open it in $EDITOR; it stays held meanwhile, until its time is up"),
        Binding("escape", "leave", "Back", id="hold-edit.leave",
                tooltip="It stays held; what was written is kept"),
    ]  # fmt: skip

    def __init__(
        self,
        waits: Waits,
        draft: str | None,
        *,
        left: Callable[[], Span],
        over: Callable[[], str],
        keep: Callable[[str], object],
    ) -> None:
        """`draft`: what was written before; `left` tells when it goes on by itself; `over`: why nothing can
        be decided any more, "" as long as it is held.
        """
        super().__init__()
        self._waits = waits
        self._left = left
        self._over = over
        self._keep = keep
        self._problem = ""
        text = text_of(waits) if draft is None else draft
        look = request_findings if waits.held.point is Point.REQUEST else value_findings
        self.editor: JsonEditor | TextArea
        if is_json(waits):
            self.editor = JsonEditor(text, look=look, id="hold-edited")
        else:
            self.editor = TextArea(text, compact=True, id="hold-edited")

    def compose(self) -> ComposeResult:
        """Heading, text, what is wrong with it, keys."""
        yield RowLines(id="hold-edit-heading")
        yield self.editor
        yield RowLines(id="hold-edit-problem")
        yield KeysLine()

    def on_mount(self) -> None:
        """Write."""
        heading = self.query_one("#hold-edit-heading", RowLines)
        heading.show(lambda _: [self._heading()])
        self.set_interval(0.5, heading.refresh)
        self.query_one("#hold-edit-problem", RowLines).show(lambda _: self._problem_rows())
        (self.editor.area if isinstance(self.editor, JsonEditor) else self.editor).focus()

    @property
    def decision(self) -> Decision | str:
        """What it comes to, or what is wrong with it."""
        return decision_of(self._waits, self.editor.text)

    @on(JsonEditor.Changed)
    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._tell("")

    def action_send(self) -> None:
        """End with the text, if it can go on like that; what comes too late stays here, to be kept."""
        decision = self.decision
        if over := self._over():
            self._tell(over)
        elif isinstance(decision, str):
            self._tell(decision)
        else:
            self._leave_with(self.editor.text)

    def action_outside(self) -> None:
        """Hand it to the person's editor; what comes back is an edit like any other."""
        name = f"{self._waits.held.point.value}.{'json' if is_json(self._waits) else 'txt'}"
        left = edited_outside(self, self.editor.text, name)
        if left is None:
            return
        if isinstance(self.editor, JsonEditor):
            self.editor.load(left, keeps_undo=True)
        else:
            self.editor.replace(left, self.editor.document.start, self.editor.document.end)

    def action_leave(self) -> None:
        """It stays held."""
        self._leave_with(None)

    def _leave_with(self, text: str | None) -> None:
        self._keep(self.editor.text)
        self.dismiss(text)

    def _tell(self, problem: str) -> None:
        self._problem = problem
        self.query_one("#hold-edit-problem", RowLines).show(lambda _: self._problem_rows())

    def _problem_rows(self) -> list[Row]:
        return [row(Span("✗ ", Tone.BAD), Span(clean(self._problem)))] if self._problem else []

    def _heading(self) -> Row:
        held = self._waits.held
        name = "request" if held.point is Point.REQUEST else what(held)
        about = Span(f"  of exchange {held.exchange}", Tone.DIM)
        return row(Span(f"Edit {clean(name)}", Tone.STRONG), about, right=self._left())
