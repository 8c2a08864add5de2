"""The keys that compare the selected exchange with another one."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from inspector.capture.model import Exchange
from inspector.capture.predecessor import predecessor
from inspector.ui.screens.diff import DiffScreen
from inspector.ui.view.diff.choice import marked_pair
from inspector.ui.view.sessions import Sessions


class DiffActions(Screen[None]):
    """The part of the main screen that compares."""

    capture: Path
    sessions: Sessions
    selected: int | None

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "diff", "Diff", id="diff.previous",
                tooltip="What changed since the session's previous request"),
        Binding("D", "diff_marked", "Diff marked", show=False, id="diff.marked",
                tooltip="What changed between marked ones, or since the marked one"),
    ]  # fmt: skip

    def action_diff(self) -> None:
        """Compare with the request before it."""
        selected, exchanges = self._chosen, self.sessions.exchanges
        if selected is None:
            return
        before = predecessor(selected, exchanges.values())
        if before is None:
            self.notify(
                "No request before this one in its session. Mark another with m, then D compares.",
                markup=False,
            )
        else:
            self.app.push_screen(DiffScreen(self.capture, before.id, selected.id))

    def action_diff_marked(self) -> None:
        """Compare with a marked one, or two marked ones."""
        selected, exchanges = self._chosen, self.sessions.exchanges
        if selected is None:
            return
        pair = marked_pair(exchanges.values(), selected)
        if pair is None:
            self.notify(
                "Nothing to compare with: mark an exchange with m, then select another.", markup=False
            )
        else:
            self.app.push_screen(DiffScreen(self.capture, *pair))

    @property
    def _chosen(self) -> Exchange | None:
        return None if self.selected is None else self.sessions.exchanges.get(self.selected)
