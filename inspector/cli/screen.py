"""Taking the terminal for the app, with the person's settings, and giving back how it ended."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.ui.app import InspectorApp
    from inspector.ui.proxy_control import ProxyControl


def require_terminal() -> None:
    """A click error where there is no terminal; to be called before anything is started for the screen."""
    # Textual reads keys from stdin and draws on stderr. Redirected, it would wait in front of a blank screen.
    for stream, name in ((sys.__stdin__, "stdin"), (sys.__stderr__, "stderr")):
        if stream is None or not stream.isatty():
            raise click.ClickException(
                f"the screen needs a terminal, and {name} is none; `inspector record` and `inspector show` "
                "do without"
            )


def app_on(capture: Path, proxy: ProxyControl | None = None) -> InspectorApp:
    """The app as the person has set it; what is wrong with the settings, the app tells."""
    from inspector.settings import SettingsError, load
    from inspector.ui.app import InspectorApp
    from inspector.ui.known import known

    try:
        settings, complaint = load(known=known(InspectorApp)), ""
    except SettingsError as error:
        settings = error.settings
        complaint = "\n".join(f"{error.path.name}: {problem}" for problem in error.problems)
    return InspectorApp(capture, proxy=proxy, settings=settings, complaint=complaint, when_read=gc.freeze)


def show(app: InspectorApp) -> int:
    """Runs the app until the person leaves; the exit status, 1 when it broke down (it says so itself)."""
    # What was imported, and later the list, stays: to look through all of it for garbage, again and again,
    # would take 0.1 s of the start, and with 10,000 exchanges hold up a key for 60 ms.
    gc.freeze()
    app.run()
    return app.return_code or 0
