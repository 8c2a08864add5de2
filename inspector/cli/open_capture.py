"""`inspector open`: a capture file on screen, with the very code that shows a live one."""

from __future__ import annotations

from pathlib import Path

import click

from inspector.cli.reading import open_reader
from inspector.cli.screen import app_on, require_terminal, show


@click.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def command(ctx: click.Context, /, file: Path) -> None:
    """Show the capture FILE."""
    open_reader(file).close()  # a file that is no capture is told before the screen is taken
    require_terminal()
    ctx.exit(show(app_on(file)))
