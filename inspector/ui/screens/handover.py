"""A text that is being edited on screen, handed to the person's own editor and taken back."""

from __future__ import annotations

from typing import Any

from textual.app import SuspendNotSupported
from textual.screen import Screen

from inspector.settings import Settings
from inspector.ui.actions import programs


def edited_outside(screen: Screen[Any], text: str, name: str) -> str | None:
    """The text as the editor left it, in a file of that name; None where it is as it was, or where no editor
    could be run, which is told. A line's end at the end of the text is the editor's, and is left out.
    """
    settings = getattr(screen.app, "settings", None)
    left = problem = None
    try:
        command = programs.editor(settings.editor if isinstance(settings, Settings) else "")
        with screen.app.suspend():  # nothing may be raised in here: the terminal would not be taken back
            try:
                left = programs.edit(command, text, name).rstrip("\n")
            except (programs.NoProgramError, OSError) as error:
                problem = str(error)
    except programs.NoProgramError as error:
        problem = str(error)
    except SuspendNotSupported:
        problem = "This terminal cannot be handed to another program."
    if problem is not None:
        screen.notify(problem, severity="error", markup=False)
    return left if left != text.rstrip("\n") else None
