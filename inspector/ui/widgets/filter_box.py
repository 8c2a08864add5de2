"""The line in which a filter is written, and below it what is wrong with it, under the place."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from inspector.capture.filter.problem import FilterError
from inspector.ui.view.filter_problem import problem_rows
from inspector.ui.view.rows import Row
from inspector.ui.widgets.row_lines import MARGIN, RowLines

PROMPT = "/ "


class FilterInput(Input):
    """The line itself."""

    BINDING_GROUP_TITLE = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,down", "leave", "Back", id="filter.leave", key_display="esc",
                tooltip="To the list; the filter stays in force"),
    ]  # fmt: skip

    class Left(Message):
        """The person goes on in the list."""

    def action_leave(self) -> None:
        """Back to the list."""
        self.post_message(self.Left())


class FilterBox(Vertical):
    """The line and its remark; hidden while there is neither a filter nor anybody to write one."""

    class Changed(Message):
        """Another text stands in the line."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.input = FilterInput(
            compact=True, select_on_focus=False, placeholder="words, status:>=400, tool: …"
        )
        self._problem: FilterError | None = None

    def compose(self) -> ComposeResult:
        """Prompt, line, remark."""
        with Horizontal():
            yield Label(PROMPT, markup=False)
            yield self.input
        yield RowLines(id="filter-problem")

    def on_mount(self) -> None:
        """The remark is made for the width there is."""
        self.query_one(RowLines).show(self._remark)

    def open(self) -> None:
        """Let the person write."""
        self.add_class("-open")
        self.screen.set_focus(self.input)  # at once: the first letter may have been typed already

    def put(self, text: str) -> None:
        """Put a text into the line; without one there is no line."""
        self.input.value = text
        self.set_class(bool(text), "-open")

    def tell(self, problem: FilterError | None) -> None:
        """Say what is wrong with the filter; None: nothing."""
        self._problem = problem
        self.set_class(problem is not None, "-wrong")
        self.query_one(RowLines).show(self._remark)

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Changed(message.value))

    def _remark(self, width: int) -> list[Row]:
        shift = len(PROMPT) - MARGIN - int(self.input.scroll_offset.x)
        return problem_rows(self._problem, shift, width)
