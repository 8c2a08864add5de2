"""`inspector redact`: a capture that can be given to others, proven to hold nothing of what was to go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inspector.capture.schema import CaptureError
from inspector.cli import progress
from inspector.cli.converted import whole_capture
from inspector.cli.importing import FOREIGN_FILE
from inspector.cli.printing import print_json, print_note
from inspector.cli.reading import WRITTEN_CAPTURE, exchange_number, open_reader
from inspector.cli.termination import ended_in_order

if TYPE_CHECKING:
    from inspector.sharing.redacting import Report

_KINDS = ("prompts", "instructions", "tool-descriptions", "paths", "file-contents", "names")
_SHORTEST = 3


@click.command("redact")
@click.argument("file", type=FOREIGN_FILE)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "-o", "--output", required=True, type=WRITTEN_CAPTURE, metavar="OUT",
    help="The capture to make. It must not be there yet.",
)  # fmt: skip
@click.option("--prompts", is_flag=True, help="The person's words, the assistant's prose, reasoning.")
@click.option("--instructions", is_flag=True, help="System and developer text.")
@click.option("--tool-descriptions", is_flag=True, help="Prose about tools and in their schemas.")
@click.option("--paths", is_flag=True, help="Home folders, work trees and what is in them; users, machines.")
@click.option("--file-contents", is_flag=True, help="Commands, patches, tool outputs, images.")
@click.option("--names", is_flag=True, help="Resources, deployments, hosts, accounts, ids.")
@click.option("--all", "everything", is_flag=True, help="All of these.")
@click.option("--keep", multiple=True, type=click.Choice(_KINDS), help="With --all: but for these.")
@click.option("--word", "words", multiple=True, metavar="WORD", help="A word that goes wherever it stands.")
@click.option("--json", "as_json", is_flag=True, help="What was taken out, as JSON on stdout.")
def command(
    file: Path,
    ids: tuple[str, ...],
    output: Path,
    everything: bool,
    keep: tuple[str, ...],
    words: tuple[str, ...],
    as_json: bool,
    **chosen: bool,
) -> None:
    """Make a capture that is safe to share, of all exchanges of FILE, a capture or a file of another program,
    or of those with these IDs.

    Secrets go in any case, in bodies too; the rest by choice. Each text is replaced by nonsense of the same
    length, the same for the same, so that structure, sizes, times and what repeats stay to be seen. The new
    file is searched for everything that was replaced, and is only there when nothing is found.
    """
    from inspector.sharing.kinds import BY_CHOICE, Choice, Kind
    from inspector.sharing.redacting import NotProven, redact

    if keep and not everything:
        raise click.UsageError("--keep goes with --all")
    named = {name for name in _KINDS if (everything or chosen[name.replace("-", "_")]) and name not in keep}
    kinds = frozenset(kind for kind in BY_CHOICE if Kind(kind).replace(" ", "-") in named)
    if output.exists():
        raise click.UsageError(f"{output} is there already; choose another name")
    for word in words:
        _check(word)
    capture = whole_capture(file)
    reader = open_reader(capture)
    try:
        numbers = sorted({exchange_number(reader, text) for text in ids}) if ids else None
    finally:
        reader.close()
    try:
        with ended_in_order(), progress.shown("redacting") as tell:
            report = redact(capture, output, Choice(kinds, words), numbers, lambda _: tell)
    except CaptureError as error:
        raise click.ClickException(str(error)) from None
    except NotProven as error:
        for left in error.left:
            print_note(f"{left.place}: {left.kind}: {left.text[:60]}")
        raise click.ClickException(str(error)) from None
    if as_json:
        print_json(_told(report))
    _tell(report, output)


def _check(word: str) -> None:
    from inspector.sharing.vocabulary import is_word

    if len(word) < _SHORTEST or not any(map(str.isalnum, word)):
        raise click.BadParameter(
            f"{word!r} is in every text: give a word of {_SHORTEST} characters or more, of letters or digits",
            param_hint="--word",
        )
    if is_word(word):
        raise click.BadParameter(
            f"{word!r} is a word of the protocols: without it nobody could read the capture",
            param_hint="--word",
        )


def _tell(report: Report, output: Path) -> None:
    for remark in report.remarks:
        print_note(remark)
    for each in report.removed:
        click.echo(f"{each.count:>7}  {each.kind}, in {each.place}", err=True)
    total = sum(each.count for each in report.removed)
    click.echo(
        f"{total} texts replaced in {len(report.numbers)} exchanges; none of the {report.sought} that were "
        f"sought is left in {output}",
        err=True,
    )


def _told(report: Report) -> dict[str, Any]:
    return {
        "exchanges": [{"was": old, "is": new} for old, new in report.numbers.items()],
        "removed": [{"kind": one.kind, "place": one.place, "count": one.count} for one in report.removed],
        "sought": report.sought,
        "remarks": list(report.remarks),
    }
