"""A text handed to an editor: whatever the editor does, the terminal is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual.app import App, SuspendNotSupported

from inspector.ui.actions import programs
from inspector.ui.screens.handover import edited_outside


class Telling(App[None]):
    """Keeps what it was told to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def notify(self, message: str, **_: Any) -> None:
        self.told.append(message)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (programs.NoProgramError("nano cannot be run: No such file or directory."), "nano cannot be run"),
        (OSError("No space left on device"), "No space left"),
        (None, ""),
    ],
    ids=["no editor", "no room", "fine"],
)
async def test_the_terminal_is_taken_back(
    error: Exception | None, words: str, monkeypatch: pytest.MonkeyPatch
):
    taken_back = []

    @contextmanager
    def suspend(_: App[None]) -> Iterator[None]:  # as Textual's, which does not outlive an exception
        yield
        taken_back.append(True)

    def edit(command: list[str], text: str, name: str) -> str:
        if error is not None:
            raise error
        return f"{text}{command[0]} {name}\n\n"

    monkeypatch.setenv("VISUAL", "myeditor")
    monkeypatch.setattr(programs, "edit", edit)
    monkeypatch.setattr(App, "suspend", suspend)
    app = Telling()
    async with app.run_test():
        left = edited_outside(app.screen, "text ", "x.json")
        assert left == (None if error else "text myeditor x.json")
        assert taken_back
        assert words in "".join(app.told)


async def test_what_is_as_it_was_is_no_edit_and_some_terminals_cannot_be_handed_over(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("VISUAL", "myeditor")
    app = Telling()
    async with app.run_test():
        with pytest.raises(SuspendNotSupported), app.suspend():
            pass
        assert edited_outside(app.screen, "text", "x.json") is None
        assert app.told == ["This terminal cannot be handed to another program."]
        monkeypatch.setenv("VISUAL", "'")
        assert edited_outside(app.screen, "text", "x.json") is None
        assert "is no command" in app.told[-1]
