"""`inspector import`: files of other programs, and captures, read into one capture."""

from __future__ import annotations

import os
import shlex
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inspector import __version__
from inspector.capture.bulk import BulkWriter
from inspector.capture.schema import CaptureError
from inspector.capture.store import RecorderInfo
from inspector.cli import progress
from inspector.cli.importing import FOREIGN_FILE, Named, named
from inspector.cli.printing import counted, print_json, print_note
from inspector.cli.reading import WRITTEN_CAPTURE, open_reader
from inspector.cli.termination import ended_in_order

if TYPE_CHECKING:
    from inspector.capture.model import Import


@click.command("import")
@click.argument("files", metavar="IN...", nargs=-1, required=True, type=FOREIGN_FILE)
@click.option(
    "-o", "--output", required=True, type=WRITTEN_CAPTURE, metavar="CAPTURE",
    help="The capture that they are read into; made, or added to.",
)  # fmt: skip
@click.option(
    "--keep-secrets", is_flag=True, help="Write keys, tokens and cookies to the capture as they are."
)
@click.option("--json", "as_json", is_flag=True, help="What was read, as a JSON array.")
@click.pass_context
def command(
    ctx: click.Context, /, files: tuple[Path, ...], output: Path, keep_secrets: bool, as_json: bool
) -> None:
    """Read files IN into a capture: flow files of mitmproxy, HAR, .jsonl, trace bundles and rollouts of
    Codex, .sse, .json, captures, folders with such files, or - for standard input.

    What cannot be read is named on stderr with its place; the rest is there.
    """
    given = named(files)
    try:
        for chosen in given.inputs:
            if os.path.exists(output) and os.path.samefile(chosen.given.path, output):
                raise click.UsageError(f"{output} cannot be read into itself")
        imports, why = _poured(given, output, keep_secrets)
    finally:
        if given.spooled is not None:
            given.spooled.path.unlink(missing_ok=True)
    for each in imports:
        for damage in each.damage:
            where = "" if damage.offset is None else f" at byte {damage.offset:,}"
            print_note(f"{each.file}{where}: {damage.text}")
    found = sum(each.found for each in imports)
    exchanges = counted(found, "exchange")
    if as_json:
        print_json([_told(each) for each in imports])
    if why is not None:
        done, size = sum(each.done for each in imports), sum(each.size for each in imports)
        raise click.ClickException(
            f"{why} {exchanges} had been read into {output}, to byte {done:,} of {size:,}."
        )
    print_note(f"{exchanges} read into {output}; see it with: inspector open {shlex.quote(str(output))}")
    ctx.exit(0 if found or not any(each.damage for each in imports) else 1)


def _poured(given: Named, output: Path, keep_secrets: bool) -> tuple[list[Import], str | None]:
    """The imports as the capture has them, and what kept them from being whole."""
    from inspector.formats.converting import MODE
    from inspector.formats.pouring import pour

    why = None
    try:
        writer = BulkWriter(output, RecorderInfo(__version__, MODE), keep_secrets=keep_secrets)
    except CaptureError as error:
        raise click.ClickException(str(error)) from None
    before = writer.imported_before
    try:
        with ended_in_order(), closing(writer), progress.shown("importing") as tell:
            pour(given.inputs, writer, tell)
    except CaptureError as error:
        why = str(error)
    except (KeyboardInterrupt, SystemExit):
        why = "It was stopped."
    with closing(open_reader(output)) as reader:
        return [each for each in reader.imports() if each.id > before], why


def _told(imported: Import) -> dict[str, Any]:
    return {
        "file": imported.file,
        "format": imported.format,
        "size": imported.size,
        "read": imported.done,
        "complete": imported.ended is not None,
        "exchanges": imported.found,
        "damage": [{"offset": each.offset, "text": each.text} for each in imported.damage],
    }
