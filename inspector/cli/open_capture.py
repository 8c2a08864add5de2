"""`inspector open`: a capture file on screen, with the very code that shows a live one.

What is no capture, or several files, is shown from one that is being made of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

from inspector.cli.importing import FOREIGN_FILE, Named, named, told
from inspector.cli.reading import open_reader
from inspector.cli.screen import app_on, require_terminal, show


@click.command("open")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FOREIGN_FILE)
@click.pass_context
def command(ctx: click.Context, /, files: tuple[Path, ...]) -> None:
    """Show the capture FILE.

    It may also be a flow file of mitmproxy, an HAR, a trace bundle or rollout of Codex, .jsonl, .sse or
    .json, a folder with such files, several of them, or - for what is piped in. Such a file is never changed:
    what is shown is a capture made of it, without secrets, which is kept for the next time.
    """
    given = named(files)
    try:
        if given.spooled is not None:
            _terminal_instead_of_pipe()
        if (capture := _own(given)) is not None:
            open_reader(capture).close()  # what is wrong with it is told before the screen is taken
            require_terminal()
            ctx.exit(show(app_on(capture)))
        require_terminal()
        wait = _converted(given)
    except BaseException:
        if given.spooled is not None:
            given.spooled.path.unlink(missing_ok=True)
        raise
    import inspector.ui.app  # noqa: F401 - takes as long as the other process takes to begin

    with told():
        capture = wait()
    ctx.exit(show(app_on(capture)))


def _own(given: Named) -> Path | None:
    """The one file that is named, where it is a capture."""
    (first, *more) = given.inputs
    if more or given.spooled is not None or first.importer.name != "capture":
        return None
    return first.given.path


def _converted(given: Named) -> Callable[[], Path]:
    """Begins to make a capture of the files; gives what waits for it."""
    from inspector.formats.converting import convert

    with told():
        if given.spooled is None:
            return convert(given.inputs).wait
        return convert(given.inputs, spooled=given.spooled.path, place=given.spooled.place).wait


def _terminal_instead_of_pipe() -> None:
    """Keys come from the terminal, wherever the file came from."""
    with suppress(OSError):  # there is none: `require_terminal` tells
        terminal = os.open("CONIN$" if sys.platform == "win32" else "/dev/tty", os.O_RDWR)
        os.dup2(terminal, 0)
        os.close(terminal)
