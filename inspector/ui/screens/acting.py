"""What actions ask of the screen that they act on."""

from __future__ import annotations

from pathlib import Path

from textual.screen import Screen

from inspector.capture.model import Exchange
from inspector.settings import Settings
from inspector.ui.actions.shown import Shown


class ActingScreen(Screen[None]):
    """A screen that shows an exchange of a capture; one that does not say which has nothing to act on."""

    capture: Path

    @property
    def exchange(self) -> Exchange | None:
        """The exchange that is acted on."""
        return None

    @property
    def shown(self) -> Shown | None:
        """What stands in the pane that is acted on, and the row in it."""
        return None

    @property
    def settings(self) -> Settings:
        """The person's."""
        found = getattr(self.app, "settings", None)
        return found if isinstance(found, Settings) else Settings()
