"""An edit that cannot be made."""

from __future__ import annotations


class EditProblem(ValueError):
    """The message is one sentence for a person, beginning with the place concerned."""
