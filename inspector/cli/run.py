"""`inspector run -- codex ...`: record one Codex command without touching its configuration."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import click

from inspector.cli.codex_command import (
    check_is_there,
    configured_provider,
    run_in_terminal,
    with_overrides,
)
from inspector.cli.narration import recorded
from inspector.cli.proxy_options import proxy_options, required_upstream, settings_from
from inspector.cli.termination import ended_in_order
from inspector.protocol.azure import Upstream, parse_upstream, split_host_path
from inspector.protocol.codex import DEFAULT_ENV_KEY, ActiveProvider, config_overrides
from inspector.proxy.settings import Mode

KEY_VARIABLES = (DEFAULT_ENV_KEY, "AZURE_API_KEY", "OPENAI_API_KEY")
"""Where a key is looked for when no provider of the person's own names one."""


@click.command("run", context_settings={"ignore_unknown_options": False})
@proxy_options
@click.argument("codex", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- codex [ARGS]...")
@click.pass_context
def command(ctx: click.Context, /, codex: tuple[str, ...], **options: Any) -> None:
    """Record while a Codex command runs, as in `inspector run -- codex exec "fix the test"`.

    Codex gets the provider settings on its command line; its configuration file stays as it is. The upstream
    is --upstream, else the active provider of your Codex configuration, else AZURE_OPENAI_ENDPOINT. The exit
    status is Codex's.
    """
    if options["forward"]:
        raise click.UsageError("--forward needs no `run`: use `inspector record --forward` and HTTPS_PROXY")
    if ctx.get_parameter_source("listen") is not click.core.ParameterSource.COMMANDLINE:
        options["listen"] = "127.0.0.1:0"  # nobody types this address, so none has to be remembered
    check_is_there(codex[0])
    provider = configured_provider(codex)
    upstream = _upstream(options["upstream"], provider)
    settings = settings_from(options, upstream=upstream)
    if provider is not None:
        settings = replace(settings, idle_timeout=provider.idle_timeout)
    from inspector.proxy import registry
    from inspector.proxy.process import ProxyFailed, spawn

    with ended_in_order():
        try:
            proxy = spawn(settings)
        except ProxyFailed as error:
            raise click.ClickException(str(error)) from None
        try:
            assert proxy.base_url is not None  # a reverse proxy always has one
            overrides = _overrides(proxy.base_url, upstream, provider, bridged=settings.mode is Mode.BRIDGE)
            status = run_in_terminal(with_overrides(codex, overrides))
        finally:
            registry.stop(proxy)
    click.echo(recorded(proxy), err=True)
    ctx.exit(status)


def _upstream(option: str | None, provider: ActiveProvider | None) -> Upstream:
    if option is None and provider is not None and provider.base_url is not None:
        try:
            return _behind_our_proxy(parse_upstream(provider.base_url))
        except ValueError as error:
            raise click.ClickException(
                f"the Codex provider {provider.id!r} has a base_url that cannot be used: {error}"
            ) from None
    return required_upstream(option)


def _behind_our_proxy(upstream: Upstream) -> Upstream:
    """The real upstream where a configuration already points at a proxy of ours, by the host in the path."""
    split = split_host_path(upstream.path)
    return upstream if split is None else parse_upstream("".join(split))


def _overrides(
    base_url: str, upstream: Upstream, provider: ActiveProvider | None, *, bridged: bool
) -> list[str]:
    """The person's own provider with another base_url, or a provider of ours for the upstream."""
    if provider is not None:
        return config_overrides(base_url, provider=provider, bridged=bridged)
    env_key = next((name for name in KEY_VARIABLES if os.environ.get(name)), None)
    version = upstream.api_version
    return config_overrides(
        base_url,
        # Without any key Codex refuses to start when one is named; a server on loopback may want none.
        env_key=env_key or (DEFAULT_ENV_KEY if upstream.is_azure else None),
        query_params={"api-version": version} if version else None,
    )
