"""A rule of what is to be held, written by a person: what is wrong with it is said as one types."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from inspector.capture.filter.language import parse
from inspector.capture.filter.problem import FilterError
from inspector.capture.holds import LONGEST, Point
from inspector.ui.view.filter_problem import problem_rows
from inspector.ui.view.hold.rules import Wanted, read_seconds, read_types
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.wrap import wrap
from inspector.ui.widgets.choice import Choice
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines

LABEL = 9  # cells of the names before the fields
ABOUT = {
    Point.REQUEST: "Requests that fit are held before they leave; upstream knows nothing of them yet.",
    Point.RESPONSE: "Answers to what fits are held before their first byte; Codex goes on waiting.",
    Point.EVENT: "Single events of answers are held as they pass: name their types, * for anything.",
}


class RuleScreen(ModalScreen[Wanted | None]):
    """Ends with the rule, None when the person would rather not."""

    CSS_PATH = "hold_form.tcss"
    AUTO_FOCUS = "#hold-filter"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Hold it", id="hold-rule.keep",
                tooltip="From now on, what fits is held"),
        Binding("escape", "leave", "Back", id="hold-rule.leave", tooltip="Forget it"),
    ]  # fmt: skip

    def __init__(self, title: str, wanted: Wanted) -> None:
        super().__init__()
        self._title = title
        self._wanted = wanted
        self.problem: FilterError | None = None

    def compose(self) -> ComposeResult:
        """Title, fields, what they mean, keys."""
        wanted = self._wanted
        with Vertical(id="hold-form"):
            yield RowLines(id="hold-form-title")
            with Horizontal(classes="field"):
                yield Label("filter", markup=False)
                yield Input(wanted.filter, placeholder="everything", compact=True, id="hold-filter")
            yield RowLines(id="hold-form-problem")
            with Horizontal(classes="field"):
                yield Label("point", markup=False)
                yield Choice([point.value for point in Point], wanted.point.value, id="hold-point")
            with Horizontal(classes="field", id="hold-types-field"):
                yield Label("types", markup=False)
                yield Input(
                    " ".join(wanted.types),
                    placeholder="all: as in response.output_item.done *.delta",
                    compact=True,
                    id="hold-types",
                )
            with Horizontal(classes="field"):
                yield Label("seconds", markup=False)
                yield Input(f"{wanted.seconds:g}", compact=True, id="hold-seconds")
            yield RowLines(id="hold-form-about")
            yield KeysLine()

    def on_mount(self) -> None:
        """Say what is asked."""
        self.query_one("#hold-form-title", RowLines).show(lambda _: [row(Span(self._title, Tone.STRONG))])
        self.query_one("#hold-form-problem", RowLines).show(self._problem_rows)
        self.query_one("#hold-form-about", RowLines).show(self._about)
        self._changed()

    @property
    def point(self) -> Point:
        """The chosen one."""
        return Point(self.query_one("#hold-point", Choice).chosen)

    @on(Input.Changed)
    @on(Choice.Chosen)
    def _changed(self) -> None:
        """Read it again."""
        try:
            parse(self._text("filter"))
            self.problem = None
        except FilterError as error:
            self.problem = error
        self.query_one("#hold-types-field").display = self.point is Point.EVENT
        self.query_one("#hold-form-problem", RowLines).show(self._problem_rows)
        self.query_one("#hold-form-about", RowLines).show(self._about)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_keep()

    def on_key(self, event: Key) -> None:
        """Enter on the points is as good as in the lines."""
        if event.key == "enter":
            event.stop()
            self.action_keep()

    def action_keep(self) -> None:
        """End with it, if nothing is wrong with it."""
        seconds = read_seconds(self._text("seconds"))
        if self.problem is not None or seconds is None:
            self.app.bell()
            return
        types = read_types(self._text("types")) if self.point is Point.EVENT else ()
        self.dismiss(Wanted(self._text("filter").strip(), self.point, types, seconds))

    def action_leave(self) -> None:
        """Forget it."""
        self.dismiss(None)

    def _text(self, name: str) -> str:
        return self.query_one(f"#hold-{name}", Input).value

    def _problem_rows(self, width: int) -> list[Row]:
        field = self.query_one("#hold-filter", Input)
        return problem_rows(self.problem, LABEL - int(field.scroll_offset.x), width)

    def _about(self, width: int) -> list[Row]:
        if read_seconds(self._text("seconds")) is None:
            said, tone = f"Seconds: a number from 1 to {LONGEST:g}; then it goes on as it is.", Tone.BAD
        else:
            said, tone = ABOUT[self.point], Tone.DIM
        return [row(Span(said[start:end], tone)) for start, end in wrap(said, width)]
