"""`inspector record`: the proxy without a screen, in this process, for scripts and for servers."""

from __future__ import annotations

import json
from typing import Any

import click

from inspector.cli.proxy_options import proxy_options, settings_from
from inspector.protocol.codex import config_block
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
        click.echo(_directions(running), err=True)

    try:
        status = serve(settings, announce)
    except ProxyFailed as failed:
        raise click.ClickException(str(failed)) from None
    ctx.exit(status)


def _directions(running: Running) -> str:
    """How to point Codex at a proxy that is ready."""
    if running.base_url is not None:
        return f"For Codex's config.toml:\n\n{config_block(running.base_url)}"
    return (
        f"For the environment of Codex:\n\n"
        f"export HTTPS_PROXY={running.listening}\nexport CODEX_CA_CERTIFICATE={running.certificate}\n"
    )
