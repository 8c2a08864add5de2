"""Edits of a request item by item: the keys for the row at the cursor, and the dialogs they open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from inspector.protocol.json_text import parse
from inspector.replay.edits.items import Changed
from inspector.replay.edits.problem import EditProblem
from inspector.replay.edits.settings import set_effort, set_model
from inspector.ui.screens.acting import ActingScreen
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.write import WriteScreen
from inspector.ui.view.editing.body import (
    EditedBody,
    can_be_typed,
    moved,
    with_text,
    with_tool,
    with_value,
    without,
)
from inspector.ui.view.pretty import compact, pretty
from inspector.ui.view.text import one_line, plain
from inspector.ui.widgets.row_list import RowList

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
AS_THE_MODEL = "as the model has it"
IN_ITEMS = ("change", "drop", "move", "model", "effort", "undo")

Edit = Callable[[dict[str, Any]], dict[str, Any] | Changed]


class ItemEdits(ActingScreen):
    """The part of the edit screen that works on items."""

    edited: EditedBody
    shows_items: bool

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "change", "Change", id="edit.change", tooltip="Change this text, setting or tool"),
        Binding("delete,backspace", "drop", "Drop", id="edit.drop", tooltip="Send it without this row"),
        Binding("K,alt+up", "move(-1)", "Up", show=False, id="edit.up", tooltip="The item further up"),
        Binding("J,alt+down", "move(1)", "Down", show=False, id="edit.down",
                tooltip="The item further down"),
        Binding("M", "model", "Model", show=False, id="edit.model", tooltip="Another model or deployment"),
        Binding("E", "effort", "Effort", show=False, id="edit.effort", tooltip="Another effort of reasoning"),
        Binding("u,ctrl+z", "undo", "Undo", show=False, id="edit.undo", tooltip="As before the last edit"),
    ]  # fmt: skip

    @property
    def items(self) -> RowList:
        """The rows."""
        raise NotImplementedError

    def show_items(self) -> None:
        """Show the rows anew."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the JSON these keys are letters."""
        if action in IN_ITEMS and not self.shows_items:
            return False
        return super().check_action(action, parameters)

    # What a person does

    def action_change(self) -> None:
        """Change what the row shows: a text, a tool, a setting."""
        key = self._key
        if key is None:
            return
        texts = self.edited.texts(key)
        if len(texts) == 1:
            self._change_text(*next(iter(texts.items())))
        elif texts:
            choices = {pointer: one_line(text, 60) or "(no text)" for pointer, text in texts.items()}

            def chosen(pointer: str | None) -> None:
                if pointer is not None:
                    self._change_text(pointer, texts[pointer])

            self.app.push_screen(MenuScreen("Which text", choices), chosen)
        elif (n := self.edited.tool(key)) is not None:
            self._change_tool(n)
        elif self.edited.is_setting(key):
            self._change_setting(key)
        else:
            self.tell("There is no text in this row: ctrl+t shows it as JSON.")

    def action_drop(self) -> None:
        """The request without the row; a call and its output go together, if the person likes."""
        key = self._key
        if key is None:
            return
        n = self.edited.item(key)
        tied = [] if n is None else self.edited.partners(n)
        if not tied:
            self.make(lambda: without(self.edited, key))
            return
        others = " and ".join(tied)
        choices = {"both": f"drop it with {others}", "one": "drop it alone"}
        about = f"It belongs together with {others}: endpoints refuse one without the other."

        def chosen(name: str | None) -> None:
            if name is not None:
                self.make(lambda: without(self.edited, key, with_partners=name == "both"))

        self.app.push_screen(MenuScreen("Drop", choices, about=[about]), chosen)

    def action_move(self, by: int) -> None:
        """The item further up or down; the cursor goes with it."""
        key = self._key
        if key is None:
            return
        try:
            there, edit = moved(self.edited, key, by)
        except EditProblem as problem:
            self.tell(str(problem))
            return
        self.make(lambda: edit)
        self.items.select(there)

    def action_model(self) -> None:
        """Ask for another model."""

        def chosen(model: str | None) -> None:
            if model and model.strip():
                self.make(lambda: lambda body: set_model(body, model.strip()))

        self._ask("model", self.edited.body.get("model"), chosen)

    def action_effort(self) -> None:
        """Ask for another effort."""

        def chosen(effort: str | None) -> None:
            if effort is not None:
                self.make(lambda: lambda body: set_effort(body, None if effort == AS_THE_MODEL else effort))

        choices = {name: name for name in (*EFFORTS, AS_THE_MODEL)}
        reasoning = self.edited.body.get("reasoning")
        now = (
            reasoning.get("effort")
            if isinstance(reasoning, dict)
            else self.edited.body.get("reasoning_effort")
        )
        self.app.push_screen(MenuScreen("Effort", choices, now if now in choices else None), chosen)

    def action_undo(self) -> None:
        """Go back by one edit."""
        if self.edited.undo():
            self.show_items()
        else:
            self.tell("Nothing was edited before that.")

    # The dialogs

    def _change_text(self, pointer: str, text: str) -> None:
        if not can_be_typed(text):
            self.tell("This text has characters that cannot be typed here: ctrl+t shows them as JSON.")
            return

        def chosen(written: str | None) -> None:
            if written is not None and written != text:
                self.make(lambda: with_text(pointer, written))

        self.app.push_screen(WriteScreen(pointer, text), chosen)

    def _change_tool(self, n: int) -> None:
        tool = self.edited.body["tools"][n]

        def chosen(written: str | None) -> None:
            if written is not None:
                self.make(lambda: with_tool(n, parse(written)))

        self.app.push_screen(WriteScreen(f"/tools/{n}", pretty(tool), is_json=True), chosen)

    def _change_setting(self, key: str) -> None:
        def chosen(line: str | None) -> None:
            if line is not None:
                self.make(lambda: with_value(key, _read(line)))

        self._ask(key.strip("/").replace("/", "."), self.edited.value(key), chosen)

    def _ask(self, name: str, value: Any, chosen: Callable[[str | None], None]) -> None:
        shown = value if isinstance(value, str) and value == str(_read(value)) else pretty(value)
        if isinstance(value, dict | list):
            shown = compact(value, 10**9)
        self.app.push_screen(LineScreen(plain(one_line(name)), shown, hint="text, or JSON"), chosen)

    # Making them

    @property
    def _key(self) -> str | None:
        node = self.items.node
        return node.key if node is not None else None

    def make(self, edit: Callable[[], Edit]) -> None:
        """Make an edit and show it; what there is to say of it is said."""
        try:
            remark = self.edited.change(edit())
        except EditProblem as problem:
            self.tell(str(problem))
            return
        self.show_items()
        if remark is not None:
            self.tell(remark)

    def tell(self, words: str) -> None:
        """A sentence about what a person tried."""
        self.notify(words, severity="warning", markup=False)


def _read(line: str) -> Any:
    """What parses as JSON is JSON, anything else is text."""
    try:
        return parse(line)
    except ValueError:
        return line
