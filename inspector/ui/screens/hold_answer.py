"""An answer of a person's own to what is held: words of the model, a failure, or a status with a body."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, TextArea

from inspector.capture.holds import Decision, Held
from inspector.ui.view.editing.findings import value_findings
from inspector.ui.view.hold.answers import Answer, broken, checked, refused, said
from inspector.ui.view.hold.waits import what
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import wrap
from inspector.ui.widgets.choice import Choice
from inspector.ui.widgets.json_editor import JsonEditor
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines

ABOUT = {
    Answer.TEXT: "The assistant says this, in a complete Response; as a stream where one was asked for.",
    Answer.FAILED: "The Response fails, with this code and message; as a stream where one was asked for.",
    Answer.STATUS: "This status, with this body, which is sent as it stands here.",
}
REFUSED = """{
  "error": {
    "code": "too_many_requests",
    "message": "Rate limit reached. Try again in 2 seconds."
  }
}"""


class AnswerScreen(ModalScreen[Decision | None]):
    """Ends with the answer, None when the person would rather not."""

    CSS_PATH = "hold_form.tcss"
    AUTO_FOCUS = "#hold-kind"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Answer", id="hold-answer.send", tooltip="This is what Codex gets",
                priority=True),
        Binding("escape", "leave", "Back", id="hold-answer.leave", tooltip="Forget it; it stays held"),
    ]  # fmt: skip

    def __init__(self, held: Held, model: str, *, left: Callable[[], Span], over: Callable[[], str]) -> None:
        """`left` tells when it goes on by itself; `over`: why nothing can be decided any more, "" as long as
        it is held.
        """
        super().__init__()
        self._held = held
        self._model = model
        self._left = left
        self._over = over
        self._kinds = Answer.at(held.point)

    def compose(self) -> ComposeResult:
        """Title, kind, its fields, what it means, keys."""
        with Vertical(id="hold-form"):
            yield RowLines(id="hold-form-title")
            yield Choice([kind.value for kind in self._kinds], self._kinds[0].value, id="hold-kind")
            with Horizontal(classes="field", id="hold-status-field"):
                yield Label("status", markup=False)
                yield Input("429", compact=True, id="hold-status")
            with Horizontal(classes="field", id="hold-code-field"):
                yield Label("code", markup=False)
                yield Input("server_error", compact=True, id="hold-code")
            with Horizontal(classes="field", id="hold-message-field"):
                yield Label("message", markup=False)
                yield Input("The model is overloaded.", compact=True, id="hold-message")
            yield TextArea("", compact=True, id="hold-text")
            yield JsonEditor(REFUSED, look=value_findings, id="hold-body")
            yield RowLines(id="hold-form-about")
            yield KeysLine()

    def on_mount(self) -> None:
        """Show the fields of the first kind."""
        self.query_one("#hold-form-title", RowLines).show(lambda _: [self._title()])
        self.query_one("#hold-form-about", RowLines).show(self._about)
        self._show_kind()
        self.set_interval(0.5, self.query_one("#hold-form-title", RowLines).refresh)

    @property
    def kind(self) -> Answer:
        """The chosen one."""
        return Answer(self.query_one("#hold-kind", Choice).chosen)

    @property
    def decision(self) -> Decision | str:
        """What it comes to, or what is wrong with it."""
        match self.kind:
            case Answer.TEXT:
                made: Decision | str = said(self.query_one("#hold-text", TextArea).text, self._model)
            case Answer.FAILED:
                made = broken(self._line("code"), self._line("message"))
            case Answer.STATUS:
                made = refused(self._line("status"), self.query_one("#hold-body", JsonEditor).text)
        return checked(made, self._held)

    @on(Choice.Chosen)
    def _show_kind(self) -> None:
        shown = {
            Answer.TEXT: ["text"],
            Answer.FAILED: ["code-field", "message-field"],
            Answer.STATUS: ["status-field", "body"],
        }
        for kind, names in shown.items():
            for name in names:
                self.query_one(f"#hold-{name}").display = kind is self.kind
        self._changed()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(JsonEditor.Changed)
    def _changed(self) -> None:
        self.query_one("#hold-form-about", RowLines).show(self._about)

    @on(Input.Submitted)
    def action_send(self) -> None:
        """End with it, if it can be sent."""
        decision = self.decision
        if over := self._over():
            self.notify(over, severity="warning", markup=False)
        elif isinstance(decision, str):
            self.app.bell()
        else:
            self.dismiss(decision)

    def action_leave(self) -> None:
        """Forget it."""
        self.dismiss(None)

    def _line(self, name: str) -> str:
        return self.query_one(f"#hold-{name}", Input).value

    def _title(self) -> Row:
        name = f"Answer number {self._held.id}, {clean(what(self._held))}"
        return row(Span(name, Tone.STRONG), right=self._left())

    def _about(self, width: int) -> list[Row]:
        decision = self.decision
        wrong = isinstance(decision, str)
        words = decision if isinstance(decision, str) else ABOUT[self.kind]
        tone = Tone.BAD if wrong else Tone.DIM
        return [row(Span(words[start:end], tone)) for start, end in wrap(words, width)]
