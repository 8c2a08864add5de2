"""Two exchanges compared: a summary in words, then what changed, section by section.

A thread reads and compares (`diff_watch`); this screen shows what it made. Escape goes back to where one was.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from inspector.ui.actions.shown import Shown
from inspector.ui.diff_watch import DiffWatch
from inspector.ui.screens.copy_actions import CopyActions
from inspector.ui.screens.outside_actions import OutsideActions
from inspector.ui.screens.search_actions import SearchActions
from inspector.ui.view.diff.content import DiffContent, Side
from inspector.ui.view.diff.heading import heading, waiting
from inspector.ui.view.diff.stops import next_stop
from inspector.ui.view.diff.summary import target_of
from inspector.ui.view.outline import Outline
from inspector.ui.view.pane_content import Form, PaneContent
from inspector.ui.view.rows import Row
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList


class DiffRead(Message):
    """The two exchanges were compared."""


class DiffScreen(SearchActions, CopyActions, OutsideActions):
    """What changed from the exchange `older` to the exchange `newer` of a capture."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "diff.tcss"
    AUTO_FOCUS = "#diff-list"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "flip", "Response", id="diff.flip",
                tooltip="The two answers, the two requests, or what was sent on for them"),
        Binding("right_square_bracket", "change(1)", "Next", id="diff.next", tooltip="To the next change"),
        Binding("left_square_bracket", "change(-1)", "Previous", show=False, id="diff.back",
                tooltip="To the change before"),
        Binding("x", "raw", "Raw", id="diff.raw", tooltip="The difference as JSON, or as sections"),
        Binding("escape,d", "back", "Back", id="diff.close", tooltip="Back to where you were"),
    ]  # fmt: skip

    def __init__(self, capture: Path, older: int, newer: int) -> None:
        super().__init__()
        self.capture = capture
        self.older, self.newer = older, newer
        self.content: DiffContent | None = None
        self.problem = ""
        self.progress: tuple[int, int] | None = None
        self.side = Side.REQUEST
        self.is_raw = False
        self._folds: dict[Side, dict[str, bool]] = {side: {} for side in Side}
        self._watch = DiffWatch(capture, older, newer, lambda: self.post_message(DiffRead()))

    def compose(self) -> ComposeResult:
        """Heading, difference, keys."""
        yield RowLines(id="diff-heading")
        yield RowList(id="diff-list")
        yield KeysLine()

    def on_mount(self) -> None:
        """Start reading."""
        self.query_one("#diff-heading", RowLines).show(lambda width: [self._heading(width)])
        self.run_worker(self._watch.run, thread=True, group="diff", name="diff watch")

    def on_unmount(self) -> None:
        """End the thread."""
        self._watch.stop()

    @property
    def list(self) -> RowList:
        """The difference."""
        return self.query_one("#diff-list", RowList)

    @property
    def shown(self) -> Shown | None:
        """The difference, for what can be done with it."""
        if self.content is None:
            return None
        held = PaneContent(self.content.nodes[self.side], value=self.content.value(self.side))
        return Shown(f"difference of the {self.side.value}s", held, Form.JSON, self.list.node)

    def _heading(self, width: int) -> Row:
        if self.content is None:
            return waiting(self.older, self.newer, self.problem, self.progress)
        return heading(self.content, self.side, width)

    @on(DiffRead)
    def _take(self) -> None:
        """Show what was found; what a person folded stays folded."""
        found = self._watch.mailbox.take()
        if found is None:
            return
        is_first = self.content is None
        self.problem, self.progress = found.problem, found.progress
        if found.progress is not None:
            self.query_one("#diff-heading").refresh()
            return
        self.content = found.content or self.content
        self._show(keep=not is_first)

    def _show(self, *, keep: bool) -> None:
        self.query_one("#diff-heading").refresh()
        if self.content is None:
            return
        nodes = self.content.raw(self.side) if self.is_raw else self.content.nodes[self.side]
        self.list.show(Outline(nodes, folds=self._folds[self.side]), keep=keep)
        self.refresh_bindings()

    # What a person does

    @on(RowList.Entered)
    def _entered(self, message: RowList.Entered) -> None:
        """From a line of the summary to what it is about."""
        if (target := target_of(message.node)) is not None:
            self._reveal(target)

    def _reveal(self, key: str) -> None:
        section = key.partition(":")[0]
        self._folds[self.side][section] = True
        self.list.grew()
        if not self.list.select(key, by_person=True):
            self.list.select(section, by_person=True)

    def action_flip(self) -> None:
        """The next part of the exchanges."""
        if self.content is None:
            return
        sides = self.content.sides
        self.side = sides[(sides.index(self.side) + 1) % len(sides)]
        self._show(keep=False)

    def action_raw(self) -> None:
        """JSON, or sections."""
        self.is_raw = not self.is_raw
        self._show(keep=False)

    def action_change(self, by: int) -> None:
        """To the next change (1) or the one before (-1), which unfolds what hides it."""
        outline = self.list.outline
        if not len(outline):
            return
        at, _ = outline.at(self.list.cursor)
        here = (outline.visible[index].key for index in range(at, -1, -1))
        if (way := next_stop(outline.nodes, here, by)) is not None:
            self.list.reveal(way, by_person=True)

    def action_back(self) -> None:
        """Back; from a command that runs to what it was given."""
        if not self.end_pipe():
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that have nothing to act on."""
        if action in ("flip", "raw", "change"):
            return self.content is not None
        return super().check_action(action, parameters)
