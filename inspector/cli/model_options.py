"""`--family` and `--without`: which family a deployment is of, and which repairs are not wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import click

from inspector.protocol.families import FAMILIES, MODELS, family_named
from inspector.protocol.repair import RULES
from inspector.settings import Known, SettingsError, load


def _families(ctx: click.Context, option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    families = {}
    for pair in pairs:
        name, equals, family = pair.partition("=")
        if not (name and equals and family):
            raise click.BadParameter(
                f"{pair!r} is not NAME=FAMILY, for example my-model=gpt-5", ctx, option, "--family"
            )
        try:
            family_named(family)
        except ValueError as error:
            close = _close(family, (*FAMILIES, *(name.replace("+", "") for name in MODELS)))
            raise click.BadParameter(f"{error}{close}", ctx, option, "--family") from None
        families[name] = family
    return families


def with_settings(families: Mapping[str, str]) -> dict[str, str]:
    """What the option says, over the families of the person's settings; what is wrong there is a note."""
    try:
        settings = load(known=Known(family=family_named))
    except SettingsError as error:
        settings = error.settings
        for problem in error.problems:
            click.echo(f"note: {error.path.name}: {problem}", err=True)
    return {**settings.families, **families}


def _without(ctx: click.Context, option: click.Parameter, names: tuple[str, ...]) -> frozenset[str]:
    rules = [rule.id for rule in RULES]
    for name in names:
        if name not in rules:
            said = f"There is no repair rule {name!r}: it is one of {', '.join(rules)}.{_close(name, rules)}"
            raise click.BadParameter(said, ctx, option, "--without")
    return frozenset(names)


def _close(given: str, names: Iterable[str]) -> str:
    """The names that were perhaps meant."""
    close = get_close_matches(given.lower(), sorted(set(names)))
    return f" Did you mean {' or '.join(close)}?" if close else ""


family_option = click.option(
    "--family",
    "families",
    multiple=True,
    metavar="NAME=FAMILY",
    callback=_families,
    help="The model family behind a deployment's name, besides those of the settings.",
)
"""Gives a command `families`: deployment's name -> family."""

without_option = click.option(
    "--without",
    multiple=True,
    metavar="RULE",
    callback=_without,
    help="Leave a rule of repair off; `inspector repair --list` has their names.",
)
"""Gives a command `without`: ids of the rules that are off."""
