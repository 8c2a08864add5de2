"""The options that every command with a proxy takes, and how they become its settings."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from inspector.capture.library import new_capture_path
from inspector.capture.schema import CaptureError, check_ours
from inspector.cli.model_options import family_option, with_settings, without_option
from inspector.cli.reading import WRITTEN_CAPTURE
from inspector.protocol.azure import Upstream, parse_upstream
from inspector.protocol.limits import Limits
from inspector.proxy import written
from inspector.proxy.settings import Mode, ProxySettings
from inspector.proxy.translation import EVENTS

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

_DEPLOYMENT = "MODEL=NAME, as in gpt-5.5=my-deployment"

_OPTIONS = (
    click.option(
        "--upstream",
        metavar="URL",
        help="The base URL a client would use, as in https://my-res.openai.azure.com/openai/v1; a bare "
        "resource root means /openai/v1. Default: AZURE_OPENAI_ENDPOINT.",
    ),
    click.option(
        "--listen",
        metavar="HOST:PORT",
        default="127.0.0.1:8080",
        show_default=True,
        help="Port 0 picks a free one.",
    ),
    click.option(
        "--capture",
        type=WRITTEN_CAPTURE,
        help="The file to record to, new or to be continued. Default: a new one in the captures folder.",
    ),
    click.option(
        "--mode",
        type=click.Choice([mode.value for mode in Mode]),
        default="observe",
        show_default=True,
        help="observe: bytes pass untouched; repair: requests are made acceptable to Azure; bridge: upstream "
        "is asked for Chat Completions.",
    ),
    click.option(
        "--forward",
        is_flag=True,
        help="Be a forward proxy (HTTPS_PROXY) that opens Azure and OpenAI hosts only.",
    ),
    click.option(
        "--host",
        "hosts",
        multiple=True,
        metavar="PATTERN",
        help="With --forward: open this host too; *.example.com works.",
    ),
    click.option(
        "--upstream-proxy",
        metavar="URL",
        help="The company proxy to go through. Default: HTTPS_PROXY and its kin.",
    ),
    click.option(
        "--upstream-ca",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A PEM file of authorities to trust upstream, as a company proxy needs.",
    ),
    click.option(
        "--api-version",
        metavar="VERSION",
        help="With --mode bridge: the api-version of the chat URL. Default: --upstream's, else the client's.",
    ),
    click.option(
        "--deployment",
        "deployments",
        multiple=True,
        metavar="MODEL=NAME",
        help="With --mode bridge: the chat deployment for a model.",
    ),
    family_option,
    without_option,
    click.option(
        "--send-metadata",
        is_flag=True,
        help="With --mode bridge: send metadata to the chat endpoint also without store:true.",
    ),
    click.option(
        "--reasoning-content",
        is_flag=True,
        help="With --mode bridge: the chat endpoint takes reasoning_content of assistant messages.",
    ),
    click.option(
        "--events",
        type=click.Choice(EVENTS),
        default=EVENTS[0],
        show_default=True,
        help="With --mode bridge: dual adds the events of clients that were written to other names.",
    ),
    click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=VALUE",
        help="With --mode bridge: what a request may have at most, as in tools=128 or temperature=0-1; of "
        f"{', '.join(field.name for field in fields(Limits))}.",
    ),
    click.option(
        "--leave-out",
        multiple=True,
        metavar="FIELD",
        help="With --mode bridge: a field that the chat endpoint refuses, as in prompt_cache_key.",
    ),
    click.option(
        "--keep-secrets", is_flag=True, help="Write keys, tokens and cookies to the capture as they pass."
    ),
)


def proxy_options(function: F) -> F:
    """Add the options of a proxy to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def settings_from(options: Mapping[str, Any], *, upstream: Upstream | None = None) -> ProxySettings:
    """The settings that a command's options ask for; a click error says which option is wrong."""
    forward = options["forward"]
    if forward and options["upstream"]:
        raise click.UsageError(
            "--forward needs no --upstream: each request says itself where it goes; leave one of them out"
        )
    if options["hosts"] and not forward:
        raise click.UsageError("--host belongs to --forward; without it all goes to --upstream")
    if not forward and upstream is None:
        upstream = required_upstream(options["upstream"])
    host, port = listen_address(options["listen"])
    capture = options["capture"] or new_capture_path(datetime.now())
    try:
        check_ours(capture)
    except CaptureError as error:
        raise click.ClickException(str(error)) from None
    settings = ProxySettings(
        capture=capture,
        upstream=None if forward else upstream,
        host=host,
        port=port,
        mode=Mode(options["mode"]),
        forward=forward,
        hosts=tuple(_host_expression(pattern) for pattern in options["hosts"]),
        upstream_proxy=options["upstream_proxy"],
        upstream_ca=options["upstream_ca"],
        keep_secrets=options["keep_secrets"],
        api_version=options["api_version"],
        deployments=_read("--deployment", written.pairs, options["deployments"], _DEPLOYMENT),
        families=with_settings(options["families"]),
        send_metadata=options["send_metadata"],
        reasoning_content=options["reasoning_content"],
        events=options["events"],
        limits=_read("--limit", written.limits, options["limits"]),
        leave_out=options["leave_out"],
        without=tuple(sorted(options["without"])),
    )
    try:
        settings.check()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return settings


def required_upstream(option: str | None, name: str = "--upstream") -> Upstream:
    """The option of that name, else AZURE_OPENAI_ENDPOINT, taken apart."""
    text, source = (
        (option, name) if option else (os.environ.get("AZURE_OPENAI_ENDPOINT"), "AZURE_OPENAI_ENDPOINT")
    )
    if not text:
        raise click.UsageError(
            f"no upstream: give {name} https://RESOURCE.openai.azure.com or set AZURE_OPENAI_ENDPOINT"
        )
    try:
        return parse_upstream(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=source) from None


def listen_address(text: str) -> tuple[str, int]:
    """`HOST:PORT` as a pair; IPv6 hosts in brackets, a port alone is one of this machine."""
    host, _, port = text.removeprefix("http://").rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise click.BadParameter(f"{text!r} is not HOST:PORT, as in 127.0.0.1:8080", param_hint="--listen")
    return host.strip("[]") or "127.0.0.1", int(port)


def _host_expression(pattern: str) -> str:
    """A host name in which `*` stands for any part, as the regular expression that mitmproxy wants."""
    return rf"^{re.escape(pattern).replace(re.escape('*'), '.*')}(:\d+)?$"


def _read(option: str, read: Callable[..., T], *given: Any) -> T:
    """The value of an option; a click error says what is wrong with it."""
    try:
        return read(*given)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
