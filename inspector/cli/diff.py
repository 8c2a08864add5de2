"""`inspector diff`: what changed between two exchanges, in the words of the diff screen or as JSON."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from inspector.capture.compared import Comparison, compare_exchanges
from inspector.capture.posted import whole
from inspector.capture.predecessor import predecessor
from inspector.capture.reader import Reader
from inspector.cli.converted import whole_capture
from inspector.cli.importing import FOREIGN_FILE
from inspector.cli.printing import print_json, print_line
from inspector.cli.progress import shown
from inspector.cli.reading import exchange_number, open_reader
from inspector.protocol.compare.canonical import verbatim
from inspector.protocol.json_text import is_shallow

_WIDTH = 100  # where stdout is no terminal


@click.command("diff")
@click.argument("file", type=FOREIGN_FILE)
@click.argument("exchange_id", metavar="ID")
@click.argument("other_id", metavar="[ID2]", required=False)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object: the differences of request and response."
)
@click.option("--full", is_flag=True, help="Everything unfolded: what is the same, and whole texts.")
def command(file: Path, exchange_id: str, other_id: str | None, as_json: bool, full: bool) -> None:
    """Print what changed to exchange ID of FILE since the request before it in its session.

    With ID2: what changed from ID to ID2. FILE is a capture or a file of another program.
    """
    if as_json and full:
        raise click.UsageError("--json and --full are two answers; ask for one")
    reader = open_reader(whole_capture(file))
    try:
        comparison = _compare(reader, exchange_id, other_id)
    finally:
        reader.close()
    if not as_json:
        print_comparison(comparison, full=full)
    elif is_shallow(told := comparison.to_json()):
        print_json(told)
    else:
        click.echo(verbatim(told).encode("utf-8", "replace"))


def _compare(reader: Reader, first: str, second: str | None) -> Comparison:
    number = exchange_number(reader, first)
    if second is not None:
        return _compared(reader, number, exchange_number(reader, second))
    before = predecessor(reader.exchange(number), reader.exchanges())
    if before is None:
        raise click.ClickException(
            f"exchange {number} has no request before it in its session; name two exchanges to compare"
        )
    return _compared(reader, before.id, number)


def _compared(reader: Reader, old: int, new: int) -> Comparison:
    details = whole(reader, reader.detail(old)), whole(reader, reader.detail(new))
    with shown("comparing items") as progress:
        return compare_exchanges(*details, progress)


def print_comparison(comparison: Comparison, *, full: bool = False) -> None:
    """In the words of the diff screen, as wide as the terminal."""
    from inspector.ui.view.diff.printed import printed  # not needed for JSON

    for line in printed(comparison, shutil.get_terminal_size((_WIDTH, 0)).columns, full=full):
        print_line(line)
