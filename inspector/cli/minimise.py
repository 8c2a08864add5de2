"""`inspector minimise`: the smallest request that still shows the same failure, found by sending others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import click

from inspector.capture.filter.language import Filter, parse
from inspector.capture.filter.problem import FilterError
from inspector.capture.library import new_capture_path
from inspector.capture.model import Exchange
from inspector.capture.schema import CaptureError
from inspector.capture.translated import earlier_items
from inspector.capture.writer import Writer
from inspector.cli.exchange_json import exchange_json
from inspector.cli.prepared import building_told, captured, credential_for, narrate
from inspector.cli.printing import print_json, print_line, print_note
from inspector.cli.reading import CAPTURE_FILE, WRITTEN_CAPTURE, open_reader
from inspector.cli.recorded_work import run_recorded
from inspector.cli.sending_options import Sending, boundary_option, sending_options
from inspector.cli.show import exchange_line
from inspector.cli.warned import warn, warnings_about, yes_option
from inspector.replay.boundary import Boundary
from inspector.replay.expectation import Expectation
from inspector.replay.minimise import ASKED_AGAIN, Tried
from inspector.replay.minimising import Found, Minimising, Record
from inspector.replay.outline import Outline, outline
from inspector.replay.record import open_record
from inspector.replay.wording import in_words
from inspector.ui.view.measures import size


def _filter(ctx: click.Context, option: click.Parameter, text: str) -> Filter:
    try:
        wanted = parse(text)
    except FilterError as error:
        raise click.BadParameter(str(error), ctx, option) from None
    if not wanted:
        raise click.BadParameter("an empty filter fits everything: write status:400", ctx, option)
    return wanted


@click.command("minimise")
@click.argument("file", type=CAPTURE_FILE)
@click.argument("exchange_id", metavar="ID")
@click.option(
    "--expect",
    required=True,
    metavar="FILTER",
    callback=_filter,
    help="What the failure looks like, in the language of the list's filter: status:400, "
    'type:response.failed, response:"no such tool".',
)
@click.option(
    "--budget",
    type=click.IntRange(2, 10_000),
    default=60,
    show_default=True,
    help="How many requests may be sent, at most.",
)
@click.option(
    "--any-failure", is_flag=True, help="Whatever --expect fits will do, even if its error is another one."
)
@boundary_option
@sending_options
@click.option(
    "--tries",
    type=WRITTEN_CAPTURE,
    metavar="FILE",
    help="The capture that the tries are recorded in; a new one unless given.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object: what was found, and how.")
@yes_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    exchange_id: str,
    expect: Filter,
    budget: int,
    any_failure: bool,
    boundary: str,
    sending: Sending,
    tries: Path | None,
    as_json: bool,
    yes: bool,
) -> None:
    """Find the smallest request that fails as the one of exchange ID of the capture FILE does.

    Settings, tools and input items (a call with its output) are left out, by halves and then one by one,
    then what is inside those that stay, and texts are shortened, as long as the answer shows what --expect
    says and the same error. The result becomes a new exchange of the capture, a child of the original; the
    tries are recorded in a capture of their own, so that they do not bury the session. What is refused for a
    while (429, 5xx) is asked again after a wait, within the budget.

    Exit codes: 0 it was found, or as much of it as the budget allowed; 1 the request does not fail that way,
    or nothing could be sent; 2 the command line is wrong.
    """
    detail = captured(file, exchange_id)
    with closing(open_reader(file)) as reader:
        past = earlier_items(reader, detail)
    with building_told():
        work = Minimising(
            file, detail, Boundary(boundary), sending.destination, past=past, timeout=sending.timeout
        )
    credential = credential_for(work.built, detail, sending)
    narrate(work.built, credential)
    warn(warnings_about(file, detail, work.built, credential, times=budget), yes=yes)
    into, tried = sending.into or file, tries or new_capture_path(datetime.now())

    async def search(writer: Writer) -> None:
        kept = Record(into, writer)
        with _tries_in(tried, kept, dict(detail.options)) as tries_record, _bar(budget) as show:
            await work.run(
                Expectation(expect, any_failure=any_failure),
                budget,
                tries_record,
                kept,
                credential,
                on_try=show,
                again=sending.retries or ASKED_AGAIN,
            )

    done = run_recorded(into, detail.options, search)
    ctx.exit(_tell(work, into, tried, budget, done=done, as_json=as_json))


@contextmanager
def _tries_in(path: Path, kept: Record, options: dict[str, object]) -> Iterator[Record]:
    """Where the tries are recorded: in the result's capture too, if a person wants that."""
    if path.resolve() == kept.path.resolve():
        yield kept
        return
    problems: list[str] = []
    try:
        writer = open_record(path, options, lambda said: problems.append(said) if said else None)
    except CaptureError as error:
        raise click.ClickException(str(error)) from None
    try:
        with closing(writer):
            yield Record(path, writer)
    finally:
        for problem in dict.fromkeys(problems):
            print_note(problem)


@contextmanager
def _bar(budget: int) -> Iterator[Callable[[Tried], None]]:
    """A progress bar of the budget, for a person at a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(
        length=budget, label="minimising", file=sys.stderr, show_pos=True, show_eta=False
    ) as bar:

        def show(tried: Tried) -> None:
            bar.label = f"{size(tried.size)}, trying {tried.trying}"
            bar.update(tried.sent - bar.pos)

        yield show


def _tell(work: Minimising, into: Path, tries: Path, budget: int, *, done: bool, as_json: bool) -> int:
    """What came of it; the exit status."""
    found = work.found
    print_note(f"{found.sent} of {budget} requests were sent; the tries are in {tries}")
    if not done:
        print_note(f"cancelled: {_so_far(work, into)}")
        return 1
    if found.smallest is None:
        was = found.answered and (in_words(found.answered) or found.answered.status)
        print_note(f"the request as it is does not show it: {was or 'it was not answered'}")
        return 1
    kept = _kept(into, found)
    before, after = outline(work.body), outline(found.smallest.body)
    if as_json:
        print_json(
            {
                "exchange": kept and exchange_json(kept).model_dump(mode="json"),
                "confirmed": found.confirmed,
                "minimal": found.smallest.minimal,
                "sent": found.sent,
                "budget": budget,
                "tries": str(tries),
                "before": before.to_json(),
                "after": after.to_json(),
            }
        )
    elif kept is not None:
        print_line(exchange_line(kept))
    _narrate(before, after, found)
    return 0 if found.confirmed else 1


def _so_far(work: Minimising, into: Path) -> str:
    """What is left of a search that was cancelled."""
    found = work.found
    if found.smallest is None:
        return "nothing was found until then"
    if not work.is_smaller:
        return "nothing could be left out until then"
    before, after = outline(work.body), outline(found.smallest.body)
    counts = ", ".join(f"{old} {name} to {new}" for name, old, new in before.against(after))
    where = f"exchange {found.kept} of {into}" if found.kept else f"exchange {found.tried} of the tries"
    return f"the smallest so far is kept as {where}, {size(before.size)} to {size(after.size)}: {counts}"


def _kept(into: Path, found: Found) -> Exchange | None:
    if found.kept is None:
        return None
    with closing(open_reader(into)) as reader:
        return reader.exchange(found.kept)


def _narrate(before: Outline, after: Outline, found: Found) -> None:
    assert found.smallest is not None
    if found.smallest.body and before == after and found.kept is None:
        print_note("nothing of it could be left out, so nothing new was kept")
    else:
        counts = ", ".join(f"{old} {name} to {new}" for name, old, new in before.against(after))
        print_note(f"{size(before.size)} to {size(after.size)}: {counts}")
    for line in after.lines:
        print_note(f"  {line}")
    if not found.smallest.minimal:
        print_note("the budget was spent before all was tried: a larger --budget may find a smaller one")
    if not found.confirmed:
        print_note("sent once more, it did not show it again: the failure comes and goes")
