"""What one can do with what is shown, on any screen that says what that is: all of it as one base class."""

from __future__ import annotations

from inspector.ui.screens.azure_actions import AzureActions
from inspector.ui.screens.copy_actions import CopyActions
from inspector.ui.screens.mark_actions import MarkActions
from inspector.ui.screens.minimise_actions import MinimiseActions
from inspector.ui.screens.outside_actions import OutsideActions
from inspector.ui.screens.search_actions import SearchActions


class Actions(AzureActions, MinimiseActions, SearchActions, MarkActions, CopyActions, OutsideActions):
    """Replay, edit and minimise, Azure's calls, search, marks and notes, copies, the person's programs."""
