"""`inspector repair`: what repair mode does to a request, on a file; and the rules by which it does so."""

from __future__ import annotations

import shutil
import textwrap
from typing import BinaryIO

import click

from inspector.cli.model_options import family_option, with_settings, without_option
from inspector.cli.printing import print_json
from inspector.cli.reading import json_object
from inspector.protocol.azure import parse_upstream
from inspector.protocol.repair import RULES, Change, RepairOptions, is_dated, repair_request


@click.command("repair")
@click.argument("source", metavar="REQUEST.json", type=click.File("rb"), required=False)
@click.option("--report", is_flag=True, help="Print the report: what became of every part of the request.")
@without_option
@family_option
@click.option(
    "--upstream",
    metavar="URL",
    help="Where the request would go: some repairs are for Azure's dated API versions only.",
)
@click.option("--list", "as_list", is_flag=True, help="Print the rules instead: what each does, and why.")
@click.option("--json", "as_json", is_flag=True, help="With --list: a JSON array, for scripts.")
def command(
    source: BinaryIO | None,
    report: bool,
    without: frozenset[str],
    families: dict[str, str],
    upstream: str | None,
    as_list: bool,
    as_json: bool,
) -> None:
    """Print a Responses request as repair mode sends it to Azure; stderr says what was changed, and why.

    `-` reads standard input.
    """
    if as_list:
        if source or report or without or families or upstream:
            raise click.UsageError("--list reads no request: leave everything but --json out")
        _print_rules(as_json)
        return
    if as_json:
        raise click.UsageError("--json belongs to --list; a request is always printed as JSON")
    if source is None:
        raise click.UsageError("name a request's file, or - for standard input; --list prints the rules")
    body = json_object(source)
    dated = upstream is not None and _dated(upstream)
    repaired = repair_request(body, RepairOptions(with_settings(families), without, dated))
    print_json(repaired.report().to_json() if report else repaired.body)
    for change in repaired.changes:
        click.echo(_told(change), err=True)
    if not repaired.changes:
        click.echo("nothing to repair", err=True)
    if not repaired.family.known:
        model = body.get("model")
        whose = f"of {model!r:.80} is unknown" if model else "is unknown, since no model is named"
        click.echo(f"note: the family {whose}: nothing is left out for its sake (--family tells)", err=True)


def _dated(upstream: str) -> bool:
    try:
        parsed = parse_upstream(upstream)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--upstream") from None
    return is_dated(f"{parsed.base_url}/responses?api-version={parsed.api_version or ''}")


def _told(change: Change) -> str:
    """A change in one line: `rule: where -> where: why`, one side missing for what was removed or added."""
    target = ", ".join(change.targets)
    if change.source is None:
        place = f"+ {target}"
    elif not target:
        place = f"- {change.source}"
    elif target == change.source:
        place = target
    else:
        place = f"{change.source} -> {target}"
    return f"{change.rule}: {place}: {change.text}"


def _print_rules(as_json: bool) -> None:
    if as_json:
        print_json([rule.to_json() for rule in RULES])
        return
    column = max(len(rule.id) for rule in RULES) + 2
    width = max(min(shutil.get_terminal_size().columns, 110) - column, 30)
    wrap = textwrap.TextWrapper(width, break_on_hyphens=False, break_long_words=False).wrap
    for rule in RULES:
        lines = [line for text in (rule.title, rule.why, rule.source) for line in wrap(text)]
        for n, line in enumerate(lines):
            click.echo(f"{rule.id if n == 0 else '':<{column}}{line}")
