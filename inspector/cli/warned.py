"""Warnings before something is sent: told on stderr, and asked about where a person sits at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from inspector.capture.model import ExchangeDetail
from inspector.cli.printing import print_note
from inspector.cli.reading import open_reader
from inspector.prices import listed
from inspector.prices.costs import Costs
from inspector.protocol.json_text import parse_object
from inspector.replay.boundary import Built
from inspector.replay.credentials import Credential
from inspector.replay.warnings import Price, Risk, Warning, before_sending, known_of
from inspector.settings import SettingsError, load

yes_option = click.option("--yes", is_flag=True, help="Send in spite of warnings, without asking.")


def warnings_about(
    file: Path, detail: ExchangeDetail, built: Built, credential: Credential | None, *, times: int
) -> list[Warning]:
    """The warnings about a call that was made of an exchange of a capture."""
    body = parse_object(built.call.body)
    if body is None:
        return []
    reader = open_reader(file)
    try:
        known = known_of(reader, body, detail, credential)
    finally:
        reader.close()
    # Whoever wants no key writes no bill.
    price = None if credential is None else _prices()
    return before_sending(body, detail, built.call.url, known, price=price, times=times)


def warn(warnings: Iterable[Warning], *, yes: bool) -> None:
    """Tell them; where one may spoil the answer and somebody is there, ask. Aborts where that is a no."""
    warnings = list(warnings)
    for warning in warnings:
        print_note(warning.sentence if warning.risk is Risk.COST else f"warning: {warning.sentence}")
    risky = any(warning.risk is not Risk.COST for warning in warnings)
    if risky and not yes and sys.stdin.isatty():
        click.confirm("Send it nevertheless?", abort=True, err=True)


def _prices() -> Price:
    try:
        settings = load()
    except SettingsError as error:  # what is wrong there was told with the options
        settings = error.settings
    costs = Costs(settings.prices, settings.families)
    costs.take(listed.read())
    return costs.of
