"""`inspector export`: exchanges of a capture as a file of another program, a script or a report."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import click

from inspector.capture.filter.language import parse
from inspector.capture.filter.problem import FilterError
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.capture.searching import search
from inspector.cli import progress
from inspector.cli.converted import whole_capture
from inspector.cli.importing import FOREIGN_FILE
from inspector.cli.printing import print_json, print_note
from inspector.cli.reading import exchange_number, open_reader
from inspector.cli.termination import ended_in_order
from inspector.formats.exporting import EXPORTERS, Unfit, exporter
from inspector.formats.outgoing import Order, Written, format_of, to_file, to_folder, to_stream
from inspector.formats.output import Refused, Taken

PIPE = "-"

_AS_IT_WAS = "What was there before is as it was."


@click.command("export")
@click.argument("file", type=FOREIGN_FILE)
@click.argument("exchange_ids", metavar="[ID]...", nargs=-1)
@click.option("--filter", "wanted", metavar="FILTER", help="Only those that fit, as in the list: has:error.")
@click.option(
    "-o", "--output", required=True, metavar="OUT",
    help="The file, whose suffix says the format; DIR/ for a file an exchange; - for stdout.",
)  # fmt: skip
@click.option("--format", "suffix", type=click.Choice(sorted(EXPORTERS)), help="The format, whatever OUT is.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option("--no-limit", is_flag=True, help="A report of any size; else it fits into an issue of GitHub.")
@click.option(
    "--keep-secrets", is_flag=True, help="Also the keys, tokens and cookies that a capture was told to keep."
)
@click.option("--json", "as_json", is_flag=True, help="What was written, as a JSON object.")
def command(
    file: Path,
    exchange_ids: tuple[str, ...],
    wanted: str | None,
    output: str,
    suffix: str | None,
    force: bool,
    no_limit: bool,
    keep_secrets: bool,
    as_json: bool,
) -> None:
    """Write exchanges of FILE, a capture or a file of another program, to OUT: all, or the IDs.

    \b
    .mitm    a flow file of mitmproxy           .curl  a shell script that asks again
    .har     an HTTP archive                    .py    the same with the openai package
    .jsonl   a JSON object an exchange          .md    a report to paste into an issue
    .sse     the stream of an answer            .json  the body of a request

    Bodies are written as they passed: `inspector redact` first, where others are to see them.
    """
    if as_json and output == PIPE:
        raise click.UsageError("--json and -o - both want stdout; ask for one")
    format = suffix or (None if output == PIPE else format_of(Path(output)))
    if format is None:
        known = ", ".join(f".{each}" for each in EXPORTERS)
        raise click.UsageError(f"{output!r} does not say which format: --format does, or a suffix ({known})")
    capture = whole_capture(file)
    with ended_in_order(), closing(open_reader(capture)) as reader:
        numbers = _chosen(reader, exchange_ids, wanted)
        order = Order(numbers, format, force=force, no_limit=no_limit, keep_secrets=keep_secrets, given=file)
        written = _written(reader, order, output, file)
    for remark in written.remarks:
        print_note(remark)
    if as_json:
        print_json(
            {
                "format": format,
                "exchanges": written.exchanges,
                "bytes": written.size,
                "files": [str(path) for path in written.files],
                "remarks": written.remarks,
            }
        )
    count = "1 exchange" if written.exchanges == 1 else f"{written.exchanges} exchanges"
    print_note(f"{count} written to {'stdout' if output == PIPE else output} ({written.size:,} bytes)")


def _written(reader: Reader, order: Order, output: str, file: Path) -> Written:
    """Writes it; one sentence where that fails."""
    is_folder = output.endswith("/") or Path(output).is_dir()
    try:
        with progress.shown("writing") as tell:
            if output == PIPE:
                out = sys.stdout.buffer
                written = to_stream(reader, order, out, tell)
                out.flush()  # what is wrong with stdout is told here
                return written
            place = Path(output)
            if is_folder:
                return to_folder(reader, order, place, tell)
            return to_file(reader, order, place, tell)
    except Unfit as error:
        hint = ""
        if len(order.numbers) > 1 and not exporter(order.suffix).many and not is_folder:
            hint = f": name one, or write a folder: inspector export {file} -o DIR/ --format {order.suffix}"
        raise click.ClickException(f"{error}{hint}") from None
    except Taken as error:
        raise click.ClickException(f"{error}, or say --force to replace it") from None
    except (Refused, CaptureError) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        if output == PIPE:
            raise
        kept = "The files that were whole by then are there." if is_folder else _AS_IT_WAS
        raise click.ClickException(f"It was stopped. {kept}") from None
    except OSError as error:
        if output == PIPE:
            raise
        raise click.ClickException(f"{output} cannot be written: {error.strerror}. {_AS_IT_WAS}") from None


def _chosen(reader: Reader, ids: tuple[str, ...], wanted: str | None) -> list[int]:
    """The numbers in order of start; a click error where there is nothing."""
    found: list[Exchange] = reader.exchanges()
    if ids:
        asked = {exchange_number(reader, each) for each in ids}
        found = [exchange for exchange in found if exchange.id in asked]
    if wanted is not None:
        try:
            conditions = parse(wanted)
        except FilterError as error:
            raise click.UsageError(f"--filter {wanted!r}: {error}") from None
        around = reader.exchanges() if ids else found
        fitting = {exchange.id for step in search(reader, conditions, around) for exchange in step.found}
        found = [exchange for exchange in found if exchange.id in fitting]
    if not found:
        raise click.ClickException(
            f"no exchange of {reader.path} fits --filter {wanted!r}"
            if wanted is not None
            else f"{reader.path} holds no exchange"
        )
    return [exchange.id for exchange in found]
