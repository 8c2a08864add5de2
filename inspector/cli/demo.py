"""`inspector demo`: imitation of Azure, proxy, scripted client and screen, which end together."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from inspector import interpreter
from inspector.cli.reading import WRITTEN_CAPTURE
from inspector.cli.screen import app_on, require_terminal, show
from inspector.protocol.azure import parse_upstream

UNATTENDED = 60.0
"""Seconds after which a demo's proxy ends by itself, should this process be killed before it can end it."""


@click.command("demo")
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="How many times as fast as a model is, 2 or 0.5; 0: as fast as it goes.",
)
@click.option(
    "--capture",
    type=WRITTEN_CAPTURE,
    help="Keep the recording in this file. Default: it goes when the demo ends.",
)
@click.pass_context
def command(ctx: click.Context, /, speed: float, capture: Path | None) -> None:
    """Show a made-up session against a built-in imitation of Azure. No account, no network."""
    require_terminal()
    from inspector.proxy import registry
    from inspector.proxy.process import ProxyFailed, spawn
    from inspector.proxy.settings import ProxySettings
    from inspector.ui.proxy_control import RegisteredProxy

    with ExitStack() as ending:
        if capture is None:
            capture = Path(ending.enter_context(TemporaryDirectory(prefix="inspector-demo-"))) / "demo.db"
        azure = ending.enter_context(_part("inspector.simulator", "--speed", str(speed)))
        settings = ProxySettings(
            capture=capture,
            upstream=parse_upstream(_first_line(azure)["base_url"]),
            port=0,
            upstream_proxy="",  # the imitation is on this machine, whatever the environment says
            idle_shutdown=UNATTENDED,
        )
        try:
            proxy = spawn(settings)
        except ProxyFailed as error:
            raise click.ClickException(str(error)) from None
        ending.callback(registry.stop, proxy)
        assert proxy.base_url is not None  # a reverse proxy always has one
        ending.enter_context(
            _part("inspector.simulator.client", "--base-url", proxy.base_url, "--speed", str(speed))
        )
        status = show(app_on(capture, RegisteredProxy(proxy, ours=False)))
    ctx.exit(status)


@contextmanager
def _part(module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the demo, ended when the demo ends; the screen is no place for what it has to say."""
    process = subprocess.Popen(
        interpreter.command(module, *arguments, "--with-parent"),
        env=interpreter.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:  # waits, and closes the pipe
        try:
            yield process
        finally:
            process.terminate()


def _first_line(process: subprocess.Popen[bytes]) -> dict[str, str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise click.ClickException(
            "the imitation of Azure did not start; try `python -m inspector.simulator`"
        )
    ready: dict[str, str] = json.loads(line)
    return ready
