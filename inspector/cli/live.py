"""`inspector live`: the proxy as a process of its own, and the screen on its capture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from inspector.cli.narration import recorded
from inspector.cli.proxy_options import listen_address, proxy_options, required_upstream, settings_from
from inspector.cli.screen import app_on, require_terminal, show
from inspector.cli.termination import ended_in_order
from inspector.proxy import registry
from inspector.proxy.registry import Running


@click.command("live")
@proxy_options
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Put the proxy before Azure and show what passes.

    A proxy that already runs is found again and shown; --upstream, --listen, --capture, --mode and --forward
    say which one is meant. Otherwise a new one starts. Quitting asks whether the proxy is to go on without
    the screen.
    """
    require_terminal()
    given = {name for name in options if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    proxy = _running_one(options, given)
    if proxy is None:
        from inspector.proxy.process import ProxyFailed, spawn

        settings = settings_from(options)
        try:
            with ended_in_order():
                proxy = spawn(settings)
        except ProxyFailed as error:
            raise click.ClickException(str(error)) from None
    from inspector.ui.proxy_control import RegisteredProxy

    status = show(app_on(proxy.capture, RegisteredProxy(proxy)))
    if proxy.alive:
        click.echo(
            f"the proxy goes on at {proxy.listening}: `inspector live` shows it, `inspector stop` ends it",
            err=True,
        )
    click.echo(recorded(proxy), err=True)
    ctx.exit(status)


def _running_one(options: dict[str, Any], given: set[str]) -> Running | None:
    """The running proxy that the command line means, None when a new one is to start."""
    wanted: dict[str, Callable[[Running], bool]] = {}
    if "listen" in given:
        host, port = listen_address(options["listen"])
        wanted["listen"] = lambda proxy: proxy.listening.endswith(f"//{host}:{port}")
    if "upstream" in given:
        base_url = required_upstream(options["upstream"]).base_url
        wanted["upstream"] = lambda proxy: proxy.upstream == base_url
    if "capture" in given:
        wanted["capture"] = lambda proxy: proxy.capture == options["capture"].absolute()
    for name in given & {"mode", "forward"}:
        wanted[name] = lambda proxy, name=name: getattr(proxy, name) == options[name]  # type: ignore[misc]  # mypy knows no default for a lambda's parameter
    found = [proxy for proxy in registry.running() if all(fits(proxy) for fits in wanted.values())]
    if len(found) > 1:
        addresses = ", ".join(proxy.listening.removeprefix("http://") for proxy in found)
        raise click.UsageError(f"{len(found)} proxies are running; say which one with --listen: {addresses}")
    return found[0] if found else None
