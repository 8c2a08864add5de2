"""What a person makes of something held besides letting it go: another text, an answer of their own, its end.

Each asks on a screen of its own, which tells as well when it goes on by itself, or how it ended meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.capture.holds import DROPPED, Decision, Held
from inspector.ui.screens.hold_answer import AnswerScreen
from inspector.ui.screens.hold_deciding import HoldDeciding
from inspector.ui.screens.hold_edit import HeldEditScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.view.hold.edited import decision_of
from inspector.ui.view.hold.queue import left_span
from inspector.ui.view.hold.waits import Waits, what
from inspector.ui.view.hold.words import too_late
from inspector.ui.view.rows import Span
from inspector.ui.view.text import clean


class HoldHandling(HoldDeciding):
    """The part of the hold screen that handles what is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "Edit", id="hold.edit", tooltip="Change it, then let it go on"),
        Binding("a", "answer", "Answer", id="hold.answer",
                tooltip="Answer it yourself: a text, a failure, a status"),
        Binding("d", "drop", "Drop", id="hold.drop", tooltip="Close the client's connection; asks first"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._drafts: dict[int, str] = {}  # what was written and not sent, by number

    def model_of(self, held: Held) -> str:
        """The model that is asked, where it is known."""
        raise NotImplementedError

    def ending(self, number: int) -> Held | None:
        """How something ended; None as long as it is held."""
        raise NotImplementedError

    def left(self, held: Held) -> float:
        """Seconds until it goes on by itself."""
        raise NotImplementedError

    def action_edit(self) -> None:
        """Write something else in its place."""
        waits = self._some()
        if waits is None:
            return
        number = waits.held.id

        def send(text: str | None) -> None:
            decision = None if text is None else decision_of(waits, text)
            if isinstance(decision, Decision):
                self.decide([waits], decision)

        edit = HeldEditScreen(
            waits,
            self._drafts.get(number),
            left=self._left(waits),
            over=partial(self._over, number),
            keep=partial(self._drafts.__setitem__, number),
        )
        self.app.push_screen(edit, send)

    def action_answer(self) -> None:
        """Ask for an answer."""
        waits = self._some()
        if waits is None:
            return

        def send(answer: Decision | None) -> None:
            if answer is not None:
                self.decide([waits], answer)

        model = self.model_of(waits.held)
        over = partial(self._over, waits.held.id)
        self.app.push_screen(AnswerScreen(waits.held, model, left=self._left(waits), over=over), send)

    def action_drop(self) -> None:
        """Ask, and close the connection."""
        waits = self._some()
        if waits is None:
            return

        def drop(choice: str | None) -> None:
            if choice == "drop":
                self.decide([waits], DROPPED)

        title = f"Drop number {waits.held.id}, {clean(what(waits.held))}?"
        choices = {"keep": "no, it stays held", "drop": "drop it: Codex's connection is closed"}
        self.app.push_screen(MenuScreen(title, choices, "keep"), drop)

    def _some(self) -> Waits | None:
        if self.waits is None:
            self.notify("Nothing is held here.", markup=False)
        return self.waits

    def _left(self, waits: Waits) -> Callable[[], Span]:
        held = waits.held
        return lambda: left_span(self.left(held), self.ending(held.id))

    def _over(self, number: int) -> str:
        """Why nothing can be decided about it any more; "" as long as it is held."""
        ended = self.ending(number)
        return "" if ended is None else too_late(ended)
