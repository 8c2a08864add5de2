"""`inspector addon`: where the mitmproxy script lies, from a checkout and from an installed wheel alike."""

from __future__ import annotations

from importlib.util import find_spec

import click


@click.command("addon")
def command() -> None:
    """Print the path of the script for `mitmproxy -s PATH` (mitmdump and mitmweb too)."""
    spec = find_spec("inspector.proxy.addon")
    if spec is None or spec.origin is None:
        raise click.ClickException(
            "the addon script is missing from this installation; install the package again"
        )
    click.echo(spec.origin)
