"""A captured request, changed and sent: as JSON in an editor, or item by item without any JSON.

Both show one body: going over to the items reads the JSON, going back writes it. Sending asks what has to be
asked on top of this screen; only what is really sent closes it, so that no edit is lost to a missing key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.worker import WorkType

from inspector.capture.model import Exchange
from inspector.protocol.compare.canonical import same
from inspector.protocol.json_text import parse
from inspector.replay.boundary import Boundary
from inspector.replay.edits.text import json_problem
from inspector.ui.replaying import Wish
from inspector.ui.screens.edit_items import ItemEdits
from inspector.ui.screens.handover import edited_outside
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.replay import ReplayScreen
from inspector.ui.view.editing.body import EditedBody
from inspector.ui.view.outline import Outline
from inspector.ui.view.pretty import pretty
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.widgets.json_editor import JsonEditor
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList

NAMES = {Boundary.CAPTURED: "as captured", Boundary.PAYLOAD: "chat payload"}


class EditScreen(ItemEdits):
    """Edits `body`, that of the wish's exchange at its boundary. `begin` sends what is wished, and tells
    whether it will be sent.
    """

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "edit.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "send", "Send", id="edit.send", tooltip="Send the request as it is now",
                priority=True),
        Binding("ctrl+r", "send_as", "Send as", id="edit.send-as",
                tooltip="Send it elsewhere, repaired, translated, to another model, many times"),
        Binding("ctrl+t", "turn", "Items/JSON", id="edit.turn", tooltip="Item by item, or as JSON"),
        Binding("ctrl+o", "outside", "Editor", id="edit.outside", tooltip="Open it in $EDITOR"),
        Binding("escape,q", "back", "Back", id="edit.leave", tooltip="Back; asks before edits are lost"),
    ]  # fmt: skip

    def __init__(
        self,
        capture: Path,
        exchange: Exchange,
        body: Mapping[str, Any],
        wish: Wish,
        begin: Callable[[Wish], Awaitable[bool]],
    ) -> None:
        super().__init__()
        self.capture = capture
        self._of = exchange
        self._original = dict(body)
        self._wish = wish
        self._begin = begin
        self.edited = EditedBody(body)
        self._written = self.edited.body  # what the JSON was made of
        self.shows_items = False
        self.heading = RowLines(id="edit-heading")
        self.editor = JsonEditor(pretty(self._original), id="edit-json")
        self.list = RowList(id="edit-items")

    def compose(self) -> ComposeResult:
        """Heading, JSON or items, keys."""
        yield self.heading
        yield self.editor
        yield self.list
        yield KeysLine()

    def on_mount(self) -> None:
        """The JSON first."""
        self.heading.show(lambda _: [self._heading()])
        self.editor.focus()

    @property
    def items(self) -> RowList:
        """The items."""
        return self.list

    @property
    def exchange(self) -> Exchange:
        """What is edited."""
        return self._of

    def body(self) -> dict[str, Any] | None:
        """The body as it is now; None where the JSON is none, to which the cursor goes then."""
        if self.shows_items:
            return self.edited.body
        text = self.editor.text
        problem = json_problem(text)
        if problem is None:
            found = parse(text)
            assert isinstance(found, dict)
            return found
        place = f"Line {problem.line}, column {problem.column}"
        self.notify(f"{place}: {problem.sentence}", severity="error", markup=False)
        # In what is shown the place may be another: large texts are folded there.
        shown = json_problem(self.editor.area.text)
        if shown is not None:
            self.editor.area.move_cursor((shown.line - 1, shown.column - 1), center=True)
        return None

    @property
    def is_edited(self) -> bool:
        """Whether anything would be lost."""
        if self.shows_items:
            return not same(self.edited.body, self._original)
        text = self.editor.text
        if json_problem(text) is not None:
            return True
        return not same(parse(text), self._original)

    # What a person does

    def action_turn(self) -> None:
        """From the JSON to the items, or back."""
        if not self.shows_items:
            body = self.body()
            if body is None:
                return
            if not same(body, self.edited.body):
                self.edited.change(lambda _: body)
            self._written = self.edited.body
            self.shows_items = True
            self.show_items()
            self.items.focus()
        else:
            self.shows_items = False
            if self.edited.body is not self._written:
                self.editor.load(pretty(self.edited.body), keeps_undo=True)
            self.editor.focus()
        self.set_class(self.shows_items, "-items")
        self.refresh_bindings()

    def action_send(self) -> None:
        """Send it the way it was captured, edited."""
        self._send(self._wish)

    def action_send_as(self) -> None:
        """Ask how, then send it."""
        body = self.body()
        if body is None:
            return

        def chosen(wish: Wish | None) -> None:
            if wish is not None:
                self._wish = replace(wish, body=None)
                self._send(self._wish)

        wish = replace(self._wish, body=body)
        self.app.push_screen(ReplayScreen(self.capture, wish, verb="Send the edited request"), chosen)

    def _send(self, wish: Wish) -> None:
        body = self.body()
        if body is not None:
            edited = None if same(body, self._original) else body
            work = cast(WorkType[None], partial(self._close_when_sent, replace(wish, body=edited)))
            self.run_worker(work, group="send", exclusive=True)

    async def _close_when_sent(self, wish: Wish) -> None:
        if await self._begin(wish):
            self.dismiss(None)

    def action_outside(self) -> None:
        """Hand all of it to the person's editor; what comes back is an edit like any other."""
        if self.shows_items:
            self.action_turn()
        left = edited_outside(self, self.editor.text, "request.json")
        if left is not None:
            self.editor.load(left, keeps_undo=True)

    def action_back(self) -> None:
        """Leave; where something was edited, ask first."""
        if not self.is_edited:
            self.dismiss(None)
            return

        def chosen(name: str | None) -> None:
            if name == "leave":
                self.dismiss(None)

        choices = {"stay": "go on editing", "leave": "throw the edits away"}
        self.app.push_screen(MenuScreen("The request was edited and not sent", choices), chosen)

    # Drawing

    @on(JsonEditor.Changed)
    def _changed(self) -> None:
        self.heading.refresh()

    def _heading(self) -> Row:
        exchange = self._of
        name = NAMES.get(self._wish.boundary, self._wish.boundary.value)
        about = f"  {exchange.method} {clean(exchange.url)}"
        return row(
            Span(f"Edit exchange {exchange.id}", Tone.STRONG),
            Span(about, Tone.DIM),
            right=Span(name, Tone.KEY),
        )

    def show_items(self) -> None:
        """The items as they are now, the cursor where it was."""
        if self.items.outline.visible:
            self.items.show(Outline(self.edited.nodes(), folds=self.items.outline.folds))
        else:
            self.items.show(Outline(self.edited.nodes()))
