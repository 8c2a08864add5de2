"""Options of the commands that send: where to, with which credential, how patiently, recorded where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from inspector.cli.model_options import family_option, with_settings
from inspector.cli.reading import WRITTEN_CAPTURE
from inspector.replay.boundary import Boundary
from inspector.replay.credentials import Source
from inspector.replay.endpoint import FROM_ENVIRONMENT, Destination, EndpointProblem, resolve
from inspector.replay.sending import READ_SECONDS
from inspector.replay.stored import LOOK_SECONDS

boundary_option = click.option(
    "--as",
    "boundary",
    type=click.Choice([each.value for each in Boundary]),
    default=Boundary.CAPTURED.value,
    show_default=True,
    help="The request as the client sent it, repaired, translated to Chat Completions, or the chat payload "
    "that the bridge sent.",
)
"""Gives a command `boundary`."""


def _is_a_place(_: click.Context, __: click.Parameter, to: str | None) -> str | None:
    """A --to that no endpoint can be made of is a mistake of the command line, whatever the capture says."""
    if to is not None and to != FROM_ENVIRONMENT:
        try:
            resolve(None, Destination(to), {})
        except EndpointProblem as error:
            raise click.BadParameter(str(error)) from None
    return to


_PLACE = (
    click.option(
        "--to",
        metavar="URL",
        callback=_is_a_place,
        help="Another endpoint, in any form that Azure has; "
        f"`{FROM_ENVIRONMENT}`: that of AZURE_OPENAI_ENDPOINT or AZURE_RESOURCE_NAME.",
    ),
    click.option("--api-version", metavar="VERSION", help="A date means Azure's dated URLs; '' none at all."),
)
_MODEL = (
    click.option("--model", metavar="MODEL", help="The model to name in the body."),
    click.option(
        "--deployment",
        metavar="NAME",
        help="The deployment to ask, where it has another name than the model.",
    ),
    family_option,
)
_KEY = (
    click.option(
        "--key-env", "variable", metavar="NAME", help="The environment variable that holds the key."
    ),
    click.option(
        "--key-command", metavar="CMD", help="A command, run by the shell, that prints a key or token."
    ),
    click.option("--entra", is_flag=True, help="Sign in with Entra (needs the extra `entra`)."),
)
_TIMEOUT = (
    click.option(
        "--timeout",
        "silence",
        type=click.FloatRange(min=0, min_open=True),
        default=READ_SECONDS,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait without a byte.",
    ),
)
_SILENCE = (
    click.option(
        "--silence",
        type=click.FloatRange(min=0, min_open=True),
        default=LOOK_SECONDS,
        show_default=True,
        metavar="SECONDS",
        help="How long a look may stay without a byte; then it is looked again.",
    ),
)
_RECORDED = (
    click.option(
        "--retries",
        type=click.IntRange(0, 20),
        default=0,
        show_default=True,
        help="How often to try again after 429, 5xx or no connection; each try is an exchange.",
    ),
    click.option(
        "--into",
        type=WRITTEN_CAPTURE,
        metavar="FILE",
        help="Record into another capture, which may be a new one.",
    ),
)


@dataclass(frozen=True, slots=True)
class Sending:
    """What these options say."""

    destination: Destination
    source: Source
    timeout: float  # seconds without a byte
    retries: int
    into: Path | None


def sending_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `sending`: for what is sent again, which may be to another model."""
    return _given(command, (*_PLACE, *_MODEL, *_KEY, *_TIMEOUT, *_RECORDED))


def calling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `sending`: for calls that name no model, or have it from elsewhere."""
    return _given(command, (*_PLACE, *_KEY, *_TIMEOUT, *_RECORDED))


def waiting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command that looks again and again, whose `--timeout` is that of all of it."""
    return _given(command, (*_PLACE, *_KEY, *_SILENCE, *_RECORDED))


def _given(command: Callable[..., Any], options: tuple[Callable[..., Any], ...]) -> Callable[..., Any]:
    has_model = _MODEL[0] in options

    @wraps(command)
    def with_sending(
        *arguments: Any,
        to: str | None,
        api_version: str | None,
        variable: str | None,
        key_command: str | None,
        entra: bool,
        silence: float,
        retries: int,
        into: Path | None,
        **others: Any,
    ) -> Any:
        if sum((variable is not None, key_command is not None, entra)) > 1:
            raise click.UsageError("--key-env, --key-command and --entra are three sources; name one")
        destination = Destination(to, api_version=api_version)
        if has_model:
            model, deployment = others.pop("model"), others.pop("deployment")
            families = with_settings(others.pop("families"))
            destination = Destination(to, model, deployment, api_version, families)
        source = Source(variable, key_command, entra)
        return command(*arguments, sending=Sending(destination, source, silence, retries, into), **others)

    for option in reversed(options):
        with_sending = option(with_sending)
    return with_sending
