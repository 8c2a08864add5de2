"""`inspector captures`: which recordings there are, letting go of them, and bringing old ones up to date."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import click

from inspector import folders
from inspector.capture import library
from inspector.capture.schema import CaptureError
from inspector.cli.printing import print_json, print_line
from inspector.cli.reading import as_listed


@click.group("captures", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON array, for scripts.")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool) -> None:
    """List the capture files of the captures folder; `prune` and `delete` let go of them.

    `migrate` brings those of an older inspector up to date.
    """
    if ctx.invoked_subcommand is not None:
        return
    found = library.captures()
    if as_json:
        print_json([_json(capture) for capture in found])
        return
    for capture in found:
        print_line(_line(capture))
    total = sum(capture.size for capture in found)
    click.echo(f"{_counted(len(found))}, {_size(total)}, in {folders.captures()}", err=True)


@command.command("prune")
@click.option("--older-than", metavar="AGE", help="Delete what started longer ago: 12h, 30d or 8w.")
@click.option("--keep", type=click.IntRange(min=0), metavar="N", help="Delete all but the newest N.")
def prune(older_than: str | None, keep: int | None) -> None:
    """Delete old captures. Those that are being recorded stay."""
    if older_than is None and keep is None:
        raise click.UsageError("say what is old: --older-than 30d, --keep 20, or both")
    age = None if older_than is None else _age(older_than)
    deleted = library.prune(now=datetime.now(), older_than=age, keep=keep)
    for capture in deleted:
        click.echo(os.fsencode(capture.path))
    total = sum(capture.size for capture in deleted)
    click.echo(f"deleted {_counted(len(deleted))}, {_size(total)}", err=True)


@command.command("delete")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def delete(files: tuple[Path, ...]) -> None:
    """Delete captures, by path or by their name in the captures folder."""
    for file in files:
        path = _found(file)
        try:
            library.delete(path)
        except CaptureError as error:
            raise click.ClickException(str(error)) from None
        click.echo(os.fsencode(path))


@command.command("migrate", short_help="Bring captures of an older inspector up to date.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def migrate(files: tuple[Path, ...]) -> None:
    """Bring captures of an older inspector up to date, in place, so that they can be recorded into again.

    To read them it takes nothing: that is done in a copy.
    """
    for file in files:
        path = _found(file)
        try:
            done = library.migrate(path)
        except CaptureError as error:
            raise click.ClickException(str(error)) from None
        click.echo(os.fsencode(path))
        if not done:
            click.echo("it was up to date", err=True)


def _found(file: Path) -> Path:
    path = as_listed(file)
    if not path.exists():
        raise click.ClickException(f"there is no capture {file}; `inspector captures` lists them")
    return path


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"(\d+)([hdw])", text)
    if match is None:
        raise click.BadParameter(f"{text!r} is not an age such as 12h, 30d or 8w", param_hint="--older-than")
    return (
        int(match[1]) * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[match[2]]
    )


def _line(capture: library.CaptureFile) -> str:
    started = datetime.fromtimestamp(capture.started).strftime("%Y-%m-%d %H:%M")
    count = "?" if capture.exchanges is None else str(capture.exchanges)
    held = f"{count:>6} {'exchange ' if count == '1' else 'exchanges'}"
    remark = capture.problem or ("● recording" if capture.in_use else "")
    return f"{started}  {_size(capture.size):>9}  {held}  {capture.path.name}  {remark}".rstrip()


def _json(capture: library.CaptureFile) -> dict[str, object]:
    return {
        "path": str(capture.path),
        "size": capture.size,
        "started": datetime.fromtimestamp(capture.started).astimezone().isoformat(timespec="seconds"),
        "exchanges": capture.exchanges,
        "in_use": capture.in_use,
        "problem": capture.problem,
    }


def _counted(count: int) -> str:
    return f"{count} capture{'' if count == 1 else 's'}"


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
