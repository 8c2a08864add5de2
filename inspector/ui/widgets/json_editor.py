"""A text area for JSON: colours, large texts folded, and below it what is wrong with it as one types.

What it shows is never more than it can carry: texts are folded (`folding`), colours are found for the lines
on the screen, and a thread looks for what there is to say, once nobody has typed for a moment. `text` is
always all of it. Characters that a terminal would not show as themselves are shown as JSON's escapes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Self, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea
from textual.worker import WorkType

from inspector.ui.view.editing.findings import Finding, findings_rows, request_findings
from inspector.ui.view.editing.folding import Folds
from inspector.ui.view.rows import Row
from inspector.ui.view.text import json_escaped
from inspector.ui.widgets.json_area import JsonArea
from inspector.ui.widgets.row_lines import RowLines

PAUSE = 0.15  # seconds without a key before it is looked at
Look = Callable[[str, Folds], Sequence[Finding]]


class JsonEditor(Vertical):
    """An editor of one JSON text. `look` says what there is to remark; it runs in a thread."""

    BINDING_GROUP_TITLE = "Editor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "unfold", "Unfold", id="edit.unfold",
                tooltip="Show the folded text of this line as a whole"),
        Binding("ctrl+g", "finding", "Next remark", id="edit.remark",
                tooltip="To the next place that something is wrong with"),
    ]  # fmt: skip

    class Changed(Message):
        """Another text stands there."""

    class Checked(Message):
        """What there is to say of the text as it is now is known."""

        def __init__(self, findings: Sequence[Finding]) -> None:
            super().__init__()
            self.findings = findings

    def __init__(
        self, text: str = "", *, look: Look = request_findings, id: str | None = None, wraps: bool = True
    ) -> None:
        super().__init__(id=id)
        self.folds = Folds()
        self.area = JsonArea("", soft_wrap=wraps, show_line_numbers=True, tab_behavior="focus")
        self._told = RowLines(classes="findings")
        self.findings: Sequence[Finding] = ()
        self.is_checked = False  # the findings are those of the text as it is
        self._look = look
        self._given: str | None = text  # until there is an area to show it
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """Text above what there is to say of it."""
        yield self.area
        yield self._told

    def on_mount(self) -> None:
        """Show what was given."""
        self.area.recolour()
        self._told.show(self._rows)
        text, self._given = self._given, None
        self.load(text or "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that have nothing to go to, or to unfold."""
        if (action == "finding" and not self.findings) or (action == "unfold" and not self.folds):
            return False
        return super().check_action(action, parameters)

    @property
    def text(self) -> str:
        """All of it, as it is now."""
        return self.folds.unfold(self.area.text) if self._given is None else self._given

    def load(self, text: str, *, keeps_undo: bool = False) -> None:
        """Put another text in its place; `keeps_undo`: as an edit, which can be undone."""
        if self._given is not None:
            self._given = text
            return
        shown = self.folds.fold(json_escaped(text))
        if keeps_undo:
            self.area.replace(shown, self.area.document.start, self.area.document.end)
            self.area.move_cursor((0, 0))
        else:
            self.area.load_text(shown)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the text the keys."""
        self.area.focus(scroll_visible)
        return self

    @on(TextArea.Changed)
    def _changed(self, message: TextArea.Changed) -> None:
        message.stop()
        self.is_checked = False
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._check)
        self.post_message(self.Changed())

    def _check(self) -> None:
        work = cast(WorkType[None], partial(self._find, self.area.text))
        self.run_worker(work, group="findings", exclusive=True)

    async def _find(self, text: str) -> None:
        """Unless another text is looked at by then, say what was found."""
        self.findings = await asyncio.to_thread(self._look, text, self.folds)
        self.is_checked = True
        self.refresh_bindings()
        for rows in self.query(RowLines):  # none is left where the editor has been left meanwhile
            rows.show(self._rows)
        self.post_message(self.Checked(self.findings))

    def _rows(self, _: int) -> Sequence[Row]:
        return findings_rows(self.findings, checked=self.is_checked)

    # What a person does

    def action_unfold(self) -> None:
        """The text that is folded at the cursor, in its place."""
        line, column = self.area.cursor_location
        found = self.folds.at(self.area.document.get_line(line), column)
        if found is None:
            self.notify("No text is folded in this line.", markup=False)
            return
        start, end, literal = found
        self.area.replace(literal, (line, start), (line, end))
        self.area.move_cursor((line, start + 1))

    def action_finding(self) -> None:
        """To the next place that was remarked, around the end."""
        if not self.findings:
            return
        here = self.area.cursor_location
        places = [(one.line - 1, one.column - 1) for one in self.findings]
        self.area.move_cursor(next((place for place in places if place > here), places[0]), center=True)
        self.area.focus()
