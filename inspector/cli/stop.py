"""`inspector stop`: end proxies that were left running."""

from __future__ import annotations

import click

from inspector.proxy import registry


@click.command("stop")
@click.argument("listen", required=False, metavar="[ADDRESS]")
@click.option("--all", "every", is_flag=True, help="End every running proxy.")
def command(listen: str | None, every: bool) -> None:
    """End the running proxy; with several, name one by its ADDRESS, as in 127.0.0.1:8080, or say --all."""
    running = registry.running()
    if listen is not None:
        wanted = [
            proxy
            for proxy in running
            if proxy.listening.removeprefix("http://") == listen.removeprefix("http://")
        ]
        if not wanted:
            raise click.ClickException(f"no proxy listens at {listen}{_others(running)}")
    elif len(running) > 1 and not every:
        raise click.UsageError(f"{len(running)} proxies are running; name one or say --all{_others(running)}")
    else:
        wanted = running
    if not wanted:
        click.echo("no proxy is running", err=True)
    for proxy in wanted:
        if not registry.stop(proxy):
            raise click.ClickException(
                f"the proxy at {proxy.listening} (pid {proxy.pid}) was told to end and still runs; "
                f"its capture: {proxy.capture}"
            )
        click.echo(
            f"ended the proxy at {proxy.listening} (pid {proxy.pid}); its capture: {proxy.capture}", err=True
        )


def _others(running: list[registry.Running]) -> str:
    return (
        "; running: " + ", ".join(proxy.listening.removeprefix("http://") for proxy in running)
        if running
        else ""
    )
