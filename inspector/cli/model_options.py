"""`--family` and `--without`: which family a deployment is of, and which repairs are not wanted."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click

from inspector.protocol.families import FAMILIES, MODELS, family_of
from inspector.protocol.repair import RULES


def _families(ctx: click.Context, option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    families = {}
    for pair in pairs:
        name, equals, family = pair.partition("=")
        if not (name and equals and family):
            raise click.BadParameter(
                f"{pair!r} is not NAME=FAMILY, for example my-model=gpt-5", ctx, option, "--family"
            )
        if family not in FAMILIES and not family_of(family).known:
            known = [one for one in FAMILIES if FAMILIES[one].known]
            said = f"there is no model family {family!r}: {_choice(family, known, (*known, *MODELS))}"
            raise click.BadParameter(said, ctx, option, "--family")
        families[name] = family
    return families


def _without(ctx: click.Context, option: click.Parameter, names: tuple[str, ...]) -> frozenset[str]:
    rules = [rule.id for rule in RULES]
    for name in names:
        if name not in rules:
            said = f"there is no repair rule {name!r}: {_choice(name, rules, rules)}"
            raise click.BadParameter(said, ctx, option, "--without")
    return frozenset(names)


def _choice(given: str, all_of: Iterable[str], near: Iterable[str]) -> str:
    """The names that were perhaps meant; where none is close, all there are."""
    close = get_close_matches(given.lower(), sorted(set(near)))
    return f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(all_of)}"


family_option = click.option(
    "--family",
    "families",
    multiple=True,
    metavar="NAME=FAMILY",
    callback=_families,
    help="The model family behind a deployment's name.",
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
