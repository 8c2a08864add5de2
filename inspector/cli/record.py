"""`inspector record`: the proxy without a screen, in this process, for scripts and for servers."""

from __future__ import annotations

import json
from typing import Any

import click

from inspector.cli.narration import directions
from inspector.cli.proxy_options import proxy_options, settings_from
from inspector.proxy.registry import Running


@click.command("record")
@proxy_options
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Record what passes until SIGINT or SIGTERM.

    When ready, one JSON line on stdout: {"listening": ..., "base_url": ..., "capture": ..., "pid": ...}.
    """
    settings = settings_from(options)
    from inspector.proxy.failure import ProxyFailed
    from inspector.proxy.serve import serve

    def announce(running: Running) -> None:
        click.echo(json.dumps(running.announcement()))
        click.echo(directions(running), err=True)

    try:
        status = serve(settings, announce)
    except ProxyFailed as failed:
        raise click.ClickException(str(failed)) from None
    ctx.exit(status)
