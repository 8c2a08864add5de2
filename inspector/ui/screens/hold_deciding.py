"""Deciding about what is held, from wherever it is shown; a thread writes it down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from inspector.capture.held.past_holds import passes_holds
from inspector.capture.holds import RELEASED, Decision, Holds
from inspector.capture.schema import CaptureError
from inspector.ui.hold_watch import HoldWatch
from inspector.ui.view.hold.rules import Wanted
from inspector.ui.view.hold.waits import Waits
from inspector.ui.view.hold.words import too_late


def add_rule(wanted: Wanted, holds: Holds) -> str:
    """Hold what it says, from now on. What passes it all the same is said."""
    holds.add(wanted.filter, wanted.point, types=wanted.types, seconds=wanted.seconds)
    return passes_holds(holds.path) or ""


class HoldDeciding(Screen[None]):
    """The part of a screen that lets go of what is held."""

    holding: HoldWatch

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "release", "Release", id="hold.release", tooltip="What is held here goes on as it is"),
    ]  # fmt: skip

    @property
    def waits(self) -> Waits | None:
        """What is decided about now."""
        return None

    def action_release(self) -> None:
        """It goes on as it is."""
        if self.waits is None:
            self.notify("Nothing is held here.", markup=False)
        else:
            self.decide([self.waits], RELEASED)

    def decide(self, chosen: Sequence[Waits], decision: Decision) -> None:
        """What becomes of them; of a single one for which it is too late, the person is told."""

        def work(holds: Holds) -> str:
            for waits in chosen:
                done = holds.decide(waits.held.id, decision)
                if not done and len(chosen) == 1:
                    return too_late(holds.get(waits.held.id))
            return ""

        self.with_holds(work)

    def with_holds(self, work: Callable[[Holds], str]) -> None:
        """Have a thread do it; what `work` returns, or what goes wrong, is said."""

        def run() -> None:
            try:
                said, severity = self.holding.do(work), "warning"
            except CaptureError as error:
                said, severity = str(error), "error"
            except KeyError:
                said, severity = "That is not held any more: the capture is another one.", "warning"
            if said:
                self.app.call_from_thread(self.app.notify, said, severity=severity, markup=False)

        self.app.run_worker(run, thread=True, group="hold", name="decide")
