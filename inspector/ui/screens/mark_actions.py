"""A mark and a line of a person's own, put on the exchange that is shown. A thread writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.capture.marks import LONGEST, put_mark, put_note
from inspector.capture.schema import CaptureError
from inspector.ui.screens.acting import ActingScreen
from inspector.ui.screens.line import LineScreen
from inspector.ui.view.text import one_line, plain


class MarkActions(ActingScreen):
    """The part of a screen that marks exchanges; the list hears of it as of any other change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "mark", "Mark", show=False, id="exchange.mark",
                tooltip="Mark it, or take the mark away; has:mark finds it"),
        Binding("apostrophe", "note", "Note", show=False, id="exchange.note",
                tooltip="Write a line about this exchange; note:word finds it"),
    ]  # fmt: skip

    def action_mark(self) -> None:
        """Mark it, or take the mark away."""
        exchange = self.exchange
        if exchange is not None:
            self._keep(lambda: put_mark(self.capture, exchange, not exchange.marked))

    def action_note(self) -> None:
        """Ask for the line about it."""
        exchange = self.exchange
        if exchange is None:
            return

        def write(note: str | None) -> None:
            if note is not None and note != exchange.note:
                self._keep(lambda: put_note(self.capture, exchange, note))

        before = plain(one_line(exchange.note, LONGEST))
        self.app.push_screen(LineScreen("note", before, longest=LONGEST), write)

    def _keep(self, write: Callable[[], None]) -> None:
        def work() -> None:
            try:
                write()
            except CaptureError as error:
                self.app.call_from_thread(self.notify, str(error), severity="error", markup=False)

        self.run_worker(work, thread=True, group="marks", name="keep a mark")
