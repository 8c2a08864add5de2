"""What the smallest request shall still show, and how many may be sent to find it, asked of a person."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from inspector.capture.filter.language import parse
from inspector.capture.filter.problem import FilterError
from inspector.capture.model import Exchange
from inspector.ui.minimising import BUDGET, Search, likely
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import wrap
from inspector.ui.widgets.choice import Choice
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines

MOST = 10_000
SAME, ANY = "the same error", "anything that fits"
ABOUT = (
    "Items, tools, settings and texts are left out as long as the answer still fits. The tries go to a "
    "capture of their own; what is found becomes a child of this exchange."
)


class MinimiseScreen(ModalScreen[Search | None]):
    """Ends with the search, None when the person would rather not."""

    CSS_PATH = "replay.tcss"
    AUTO_FOCUS = "#minimise-expect"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "begin", "Begin", id="minimise.begin", tooltip="Begin to send"),
        Binding("escape", "leave", "Back", id="minimise.leave", tooltip="Send nothing"),
    ]

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange

    def compose(self) -> ComposeResult:
        """Title, fields, what they mean, keys."""
        with Vertical(classes="form"):
            yield RowLines(id="minimise-title")
            with Horizontal(classes="field"):
                yield Label("expect", markup=False)
                yield Input(likely(self._exchange), placeholder="a filter: status:400, type:response.failed",
                            compact=True, id="minimise-expect")  # fmt: skip
            with Horizontal(classes="field"):
                yield Label("shown by", markup=False)
                yield Choice([SAME, ANY], SAME, id="minimise-failure")
            with Horizontal(classes="field"):
                yield Label("budget", markup=False)
                yield Input(str(BUDGET), compact=True, id="minimise-budget")
            yield RowLines(id="minimise-told")
            yield KeysLine()

    def on_mount(self) -> None:
        """Say what is asked."""
        if not self.is_current:
            return  # it was left as it came
        title = row(Span("Minimise", Tone.STRONG), Span(f"  exchange {self._exchange.id}", Tone.DIM))
        self.query_one("#minimise-title", RowLines).show(lambda _: [title])
        self._changed()

    @property
    def search(self) -> Search | str:
        """What is written, or what is wrong with it."""
        text = self.query_one("#minimise-expect", Input).value.strip()
        budget = self.query_one("#minimise-budget", Input).value.strip()
        if not text:
            return "Expect: what the failure looks like, as a filter of the list, such as status:400."
        try:
            expect = parse(text)
        except FilterError as error:
            return f"Expect: {error}"
        if not budget.isdecimal() or not 2 <= int(budget[:9]) <= MOST:
            return f"Budget: a number of requests from 2 to {MOST:,}."
        return Search(expect, int(budget), self.query_one(Choice).chosen == ANY)

    @on(Input.Changed)
    @on(Choice.Chosen)
    def _changed(self) -> None:
        self.query_one("#minimise-told", RowLines).show(self._told_rows)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_begin()

    def action_begin(self) -> None:
        """End with it, if nothing is wrong with it."""
        search = self.search
        if isinstance(search, Search):
            self.dismiss(search)
        else:
            self.app.bell()

    def action_leave(self) -> None:
        """Send nothing."""
        self.dismiss(None)

    def _told_rows(self, width: int) -> list[Row]:
        search = self.search
        words, tone = (clean(search), Tone.BAD) if isinstance(search, str) else (ABOUT, Tone.DIM)
        if not self.query_one("#minimise-expect", Input).value:
            tone = Tone.TEXT  # asked for, and nothing wrong yet
        return [row(Span(words[start:end], tone)) for start, end in wrap(words, width)]
