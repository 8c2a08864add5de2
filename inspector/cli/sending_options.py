"""Options of the commands that send: where to, with which credential, how patiently, recorded where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from inspector.cli.model_options import family_option, with_settings
from inspector.replay.credentials import Source
from inspector.replay.endpoint import FROM_ENVIRONMENT, Destination

_OPTIONS = (
    click.option(
        "--to",
        metavar="URL",
        help="Another endpoint, in any form that Azure has; "
        f"`{FROM_ENVIRONMENT}`: that of AZURE_OPENAI_ENDPOINT or AZURE_RESOURCE_NAME.",
    ),
    click.option("--model", metavar="MODEL", help="The model to name in the body."),
    click.option(
        "--deployment",
        metavar="NAME",
        help="The deployment to ask, where it has another name than the model.",
    ),
    click.option("--api-version", metavar="VERSION", help="A date means Azure's dated URLs; '' none at all."),
    family_option,
    click.option(
        "--key-env", "variable", metavar="NAME", help="The environment variable that holds the key."
    ),
    click.option(
        "--key-command", metavar="CMD", help="A command, run by the shell, that prints a key or token."
    ),
    click.option("--entra", is_flag=True, help="Sign in with Entra (needs the extra `entra`)."),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=300.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait without a byte.",
    ),
    click.option(
        "--retries",
        type=click.IntRange(0, 20),
        default=0,
        show_default=True,
        help="How often to try again after 429, 5xx or no connection; each try is an exchange.",
    ),
    click.option(
        "--into",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Record into another capture, which may be a new one.",
    ),
)


@dataclass(frozen=True, slots=True)
class Sending:
    """What these options say."""

    destination: Destination
    source: Source
    timeout: float
    retries: int
    into: Path | None


def sending_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `sending`."""

    @wraps(command)
    def with_sending(
        *arguments: Any,
        to: str | None,
        model: str | None,
        deployment: str | None,
        api_version: str | None,
        families: dict[str, str],
        variable: str | None,
        key_command: str | None,
        entra: bool,
        timeout: float,
        retries: int,
        into: Path | None,
        **others: Any,
    ) -> Any:
        if sum((variable is not None, key_command is not None, entra)) > 1:
            raise click.UsageError("--key-env, --key-command and --entra are three sources; name one")
        destination = Destination(to, model, deployment, api_version, with_settings(families))
        source = Source(variable, key_command, entra)
        return command(*arguments, sending=Sending(destination, source, timeout, retries, into), **others)

    for option in reversed(_OPTIONS):
        with_sending = option(with_sending)
    return with_sending
