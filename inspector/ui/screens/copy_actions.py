"""Copies of what is shown: a menu of the forms there are, and the last one again with one key."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.capture.schema import CaptureError
from inspector.ui.actions import clipboard
from inspector.ui.actions.copying import Copy, copies
from inspector.ui.screens.acting import ActingScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.view.measures import size


class CopyActions(ActingScreen):
    """The part of a screen that copies."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="copy.as", tooltip="Copy as JSON, pointer, text, curl, Python ..."),
        Binding("Y", "copy_again", "Copy again", show=False, id="copy.again",
                tooltip="Copy in the form in which something was copied last"),
    ]  # fmt: skip

    _last_form: str | None = None

    def action_copy(self) -> None:
        """Ask in which form."""
        found = copies(self.shown, self.exchange, self.capture)

        def chosen(name: str | None) -> None:
            if name is not None:
                self._copy(name, found[name])

        if found:
            labels = {name: copy.label for name, copy in found.items()}
            last = self._last_form if self._last_form in found else None
            self.app.push_screen(MenuScreen("Copy", labels, last), chosen)

    def action_copy_again(self) -> None:
        """In the form of the last time; the first time, ask."""
        found = copies(self.shown, self.exchange, self.capture)
        if self._last_form in found:
            self._copy(self._last_form, found[self._last_form])
        else:
            self.action_copy()

    def _copy(self, name: str, copy: Copy) -> None:
        self._last_form = name
        self.run_worker(self._make_and_take(copy), group="copy", exclusive=True)

    async def _make_and_take(self, copy: Copy) -> None:
        setting = self.settings.clipboard
        try:
            text = await asyncio.to_thread(copy.make)
            if setting == clipboard.TERMINAL:
                self.app.copy_to_clipboard(text.encode("utf-8", "replace").decode())
            where = await asyncio.to_thread(clipboard.take, text, setting, copy.suffix)
        except (CaptureError, LookupError, OSError) as error:
            self.notify(f"Not copied: {error}", severity="error", markup=False)
        else:
            self.notify(f"Copied {copy.label} ({size(len(text))}){where}.", markup=False)
