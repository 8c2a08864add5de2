"""`inspector config`: where the settings are, a file to begin with, and what is wrong with it."""

from __future__ import annotations

import os

import click

from inspector.cli.printing import print_note


@click.command("config")
@click.option(
    "--path", "wanted", flag_value="path", help="Print where the file is, or would be. The default."
)
@click.option("--init", "wanted", flag_value="init", help="Write the file, with every setting explained.")
@click.option("--print", "wanted", flag_value="print", help="Print what --init would write.")
@click.option("--check", "wanted", flag_value="check", help="Say what is wrong with the file.")
@click.pass_context
def command(ctx: click.Context, /, wanted: str | None) -> None:
    """Print where the settings of the app are, or write, print or check them.

    One TOML file, which need not be there: theme, keys, columns, prices and more.
    """
    match wanted:
        case "init":
            _init()
        case "print":
            click.echo(_documented().encode(), nl=False)
        case "check":
            ctx.exit(0 if _check() else 1)
        case _:
            _path()


def _path() -> None:
    from inspector.settings import path

    click.echo(os.fsencode(path()))
    if not path().exists():
        click.echo("it is not there yet; --init writes it", err=True)


def _init() -> None:
    from inspector.settings import path

    try:
        with path().open("x", encoding="utf-8") as file:
            file.write(_documented())
    except FileExistsError:
        raise click.ClickException(
            f"{path()} is there already, and stays; --print shows what a new one says"
        ) from None
    except OSError as error:
        raise click.ClickException(f"{path()} cannot be written: {error.strerror}") from None
    click.echo(os.fsencode(path()))


def _check() -> bool:
    from inspector.settings import SettingsError, load, path
    from inspector.ui.app import InspectorApp
    from inspector.ui.known import known

    try:
        load(known=known(InspectorApp))
    except SettingsError as error:
        for line in str(error).splitlines():
            print_note(line)
        return False
    there = path().exists()
    click.echo(
        f"{path()}: nothing is wrong" if there else f"{path()}: it is not there, which is fine", err=True
    )
    return True


def _documented() -> str:
    from inspector.settings.documented import documented
    from inspector.ui.app import InspectorApp
    from inspector.ui.known import known

    return documented(known(InspectorApp))
