"""What is shown, handed to other programs: editor, pager, a shell command, the desktop's viewer of images."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType

from inspector.ui.actions import pictures, programs
from inspector.ui.actions.pipe import PATIENCE, Leash, Piped, pipe
from inspector.ui.screens.acting import ActingScreen
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.text import TextScreen
from inspector.ui.view.cards import text_body
from inspector.ui.view.measures import counted, size
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, decode

SOON = 0.5  # seconds after which one wants to know that a command is running


class OutsideActions(ActingScreen):
    """The part of a screen that hands over what it shows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "edit", "Editor", show=False, id="pane.edit", tooltip="Open this pane in $EDITOR"),
        Binding("O", "page", "Pager", show=False, id="pane.page", tooltip="Open this pane in $PAGER"),
        Binding("vertical_line", "pipe", "Pipe", show=False, id="pane.pipe",
                tooltip="Pipe this pane through a shell command, such as jq .usage"),
        Binding("i", "images", "Images", show=False, id="pane.images",
                tooltip="Open the images of this row outside"),
    ]  # fmt: skip

    _commands: ClassVar[list[str]] = []  # that were piped to since the app was started, the last one last
    _leash: Leash | None = None  # of the command that runs
    _folder: tempfile.TemporaryDirectory[str] | None = None  # of the images; a viewer may read them late

    def action_edit(self) -> None:
        """Open all of the pane in the editor."""
        self._hand_over(programs.editor, self.settings.editor)

    def action_page(self) -> None:
        """Open all of the pane in the pager."""
        self._hand_over(programs.pager, self.settings.pager)

    def action_pipe(self) -> None:
        """Ask for a command, and show what it makes of the pane."""
        shown = self.shown
        if shown is None:
            return

        def run(command: str | None) -> None:
            if command and command.strip():
                if command in self._commands:
                    self._commands.remove(command)
                self._commands.append(command)
                self.run_worker(self._pipe(shown.text, command), group="pipe", exclusive=True)

        words = f"{shown.name} |"
        self.app.push_screen(LineScreen(words, hint="a shell command", earlier=self._commands), run)

    def action_images(self) -> None:
        """Open what the row has of images."""
        shown = self.shown
        found = [] if shown is None else pictures.pictures(shown.piece)
        if not found:
            self.notify("This row has no image in it that can be opened.", markup=False)
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="inspector-")  # 0700
        try:
            for path in pictures.write(found, Path(self._folder.name)):
                programs.show(path)
        except (programs.NoProgramError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self.notify(f"Opened {counted(len(found), 'image')}.", markup=False)

    def on_unmount(self) -> None:
        """The images go when the screen does."""
        if self._folder is not None:
            self._folder.cleanup()

    def _hand_over(self, command_of: Callable[[str], list[str]], setting: str) -> None:
        shown = self.shown
        if shown is None:
            return
        try:
            command = command_of(setting)
            text = shown.text
            name = f"{shown.name.replace(' ', '-')}{shown.suffix}"
            with self.app.suspend():  # nothing may be raised in here: the terminal would not be taken back
                try:
                    problem = programs.run_on(command, text, name)
                except OSError as error:
                    problem = str(error)
        except (programs.NoProgramError, OSError) as error:
            problem = str(error)
        except SuspendNotSupported:
            problem = "This terminal cannot be handed to another program."
        if problem is not None:
            self.notify(problem, severity="error", markup=False)

    async def _pipe(self, text: str, command: str) -> None:
        waits = self.set_timer(SOON, lambda: self._tell_runs(command))
        leash = self._leash = Leash()
        try:
            piped = await pipe(text, command, leash=leash)
        except OSError as error:
            self.notify(f"There is no shell to run that in: {error}.", severity="error", markup=False)
            return
        finally:
            waits.stop()
            if self._leash is leash:  # and not that of a command that came after it
                self._leash = None
        self.app.push_screen(TextScreen(_title(command, piped), _nodes(piped)))

    def end_pipe(self) -> bool:
        """End the command that runs; False when none does."""
        if self._leash is None:
            return False
        self._leash.pull()
        return True

    def _tell_runs(self, command: str) -> None:
        """That it was not overlooked; what it makes of the pane may take a while."""
        said = f"{clean(command)} is running; escape ends it, or else {PATIENCE:g} s do."
        self.notify(said, title="Pipe", markup=False)


def _title(command: str, piped: Piped) -> Row:
    tone = Tone.GOOD if piped.status == 0 else Tone.BAD
    return row(Span("| ", Tone.ACCENT), Span(clean(command), Tone.STRONG), right=Span(piped.words, tone))


def _nodes(piped: Piped) -> list[Node]:
    """What it said, and what it said of errors; a word where it said nothing."""
    nodes = [
        Node(
            name, row(Span(name, Tone.ROLE), right=size(len(data))), body=text_body(decode(data)), opened=True
        )
        for name, data in (("errors", piped.err), ("output", piped.out))
        if data
    ]
    return nodes or [Node("nothing", row(Span("It said nothing.", Tone.DIM)))]
