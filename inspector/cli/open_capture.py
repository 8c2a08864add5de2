"""`inspector open`: a capture file on screen, with the very code that shows a live one."""

from __future__ import annotations

from pathlib import Path

import click

from inspector.cli.reading import CAPTURE_FILE, open_reader
from inspector.cli.screen import app_on, require_terminal, show


@click.command("open")
@click.argument("file", type=CAPTURE_FILE)
@click.pass_context
def command(ctx: click.Context, /, file: Path) -> None:
    """Show the capture FILE."""
    open_reader(file).close()  # a file that is no capture is told before the screen is taken
    require_terminal()
    ctx.exit(show(app_on(file)))
