"""The work of `inspector azure`: calls sent and recorded, told as they end."""

from __future__ import annotations

import asyncio
import shlex
import shutil
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, aclosing, closing
from pathlib import Path
from typing import Any

import click

from inspector.capture.reader import Reader
from inspector.capture.writer import Writer
from inspector.cli.azure_place import Place
from inspector.cli.azure_told import Answers
from inspector.cli.clock import Clock
from inspector.cli.printing import print_json, print_line, print_note
from inspector.cli.recorded_work import run_recorded
from inspector.replay import stored
from inspector.replay.call import Call
from inspector.replay.links import Link, follow, of_azure, of_capture
from inspector.replay.sending import Sender, Sent
from inspector.replay.stored import Look, Page, StoredCalls

_WIDTH = 100  # where stdout is no terminal


def _run(place: Place, answers: Answers, work: Callable[[StoredCalls], Awaitable[None]]) -> bool:
    async def recorded(writer: Writer) -> None:
        sending = place.sending
        async with Sender(
            writer,
            named_hosts=place.endpoint.named_hosts,
            timeout=sending.timeout,
            retries=sending.retries,
        ) as sender:
            calls = StoredCalls(
                sender, place.endpoint, answers.credential, parent=place.parent, made=place.made
            )
            await work(calls)

    done = run_recorded(place.capture, place.options, recorded)
    if place.source is None or place.capture.resolve() != place.source.resolve():
        print_note(f"recorded to {place.capture}")
    return done


def one_call(place: Place, call: Call, *, as_json: bool) -> int:
    """One call, told; the exit status."""
    answers = Answers(place.capture, place.credential(), as_json=as_json)
    ended: list[Sent] = []

    async def work(calls: StoredCalls) -> None:
        ended.append(await calls.send(call, answers.event))

    if not _run(place, answers, work):
        click.echo("cancelled; what was under way is recorded as far as it came", err=True)
    for sent in ended:
        answers.answer(sent, call)
        answers.narrate(sent, call)
    if answers.under_way is not None:
        rest = (
            f"--stream --starting-after {answers.reached} {_named(place, place.capture, answers.under_way)}"
        )
        print_note(f"it goes on by itself: `inspector azure get {rest}` takes its events up again")
    return 0 if ended and ended[0].is_fine and ended[0].exchange is not None else 1


def all_items(place: Place, order: str, *, as_json: bool) -> int:
    """All pages of what a response was asked, as one list; the exit status."""
    answers = Answers(place.capture, place.credential(), as_json=as_json)
    call = stored.items(place.endpoint, place.response_id, Page(stored.MOST_ITEMS, order))
    found: list[dict[str, Any]] = []
    ended: list[Sent] = []

    async def work(calls: StoredCalls) -> None:
        async with aclosing(calls.pages(place.response_id, Page(stored.MOST_ITEMS, order))) as pages:
            async for sent in pages:
                found.extend(stored.items_of(sent))
                ended.append(sent)
                answers.narrate(sent, call)

    done = _run(place, answers, work)
    if not done:
        click.echo("cancelled; some pages are missing", err=True)
    if ended:
        last = ended[-1]
        answers.answer(last, call, {"object": "list", "data": found} if last.is_fine else None)
    return 0 if done and ended and ended[-1].is_fine else 1


def waited(place: Place, timeout: float | None, *, as_json: bool) -> int:
    """A response looked at until it has ended, or `timeout` seconds are over; the exit status."""
    answers = Answers(place.capture, place.credential(), as_json=as_json)
    call = stored.get(place.endpoint, place.response_id)
    clock = Clock()
    looks: list[Look] = []
    late = False

    async def work(calls: StoredCalls) -> None:
        nonlocal late
        try:
            async with asyncio.timeout(timeout), clock, aclosing(calls.looks(place.response_id)) as watched:
                async for look in watched:
                    looks.append(look)
                    clock.tell(look)
        except TimeoutError:
            late = True

    done = _run(place, answers, work)
    status = looks[-1].status if looks else None
    if late or not done:
        again = _named(place, place.capture if looks else place.source, place.response_id)
        said = f"still {status} after {timeout:g} s" if late and status else "no longer waited for"
        print_note(
            f"{said}: it goes on by itself. `inspector azure cancel {again}` ends it, "
            f"`inspector azure wait {again}` waits again"
        )
        return 1
    if looks:
        answers.answer(looks[-1].sent, call)
        answers.narrate(looks[-1].sent, call)
        times = f"{len(looks)} look{'' if len(looks) == 1 else 's'}"
        print_note(f"{status or 'it could not be got'} after {looks[-1].seconds:.1f} s, {times}")
    return 0 if status == "completed" else 1


def _named(place: Place, file: Path | None, response_id: str) -> str:
    """A response for the shell, as another command takes it; `file`: a capture that knows it."""
    to = place.sending.destination.to
    words = [*([str(file)] if file else []), response_id]
    mark = ["--"] if any(word.startswith("-") for word in words) else []
    return shlex.join([*(["--to", to] if to else []), *mark, *words])


def chained(place: Place, *, as_json: bool, full: bool) -> int:
    """The history that led to a response; the exit status."""
    with ExitStack() as ending:
        reader = None if place.source is None else ending.enter_context(closing(Reader(place.source)))

        def known(response_id: str) -> Link | None:
            return None if reader is None else of_capture(reader, response_id)

        links = asyncio.run(follow(place.response_id, known, None))
        if links[0].problem:  # only now a key is needed
            try:
                links = _fetched(place, known) or links
            except click.ClickException as error:
                print_note(f"what the capture does not have cannot be fetched: {error.message}")
    if as_json:
        print_json([link.to_json() for link in links])
    else:
        from inspector.ui.view.chain import chain_nodes, chain_title  # not needed for JSON
        from inspector.ui.view.plain import plain

        for line in plain(chain_nodes(links), shutil.get_terminal_size((_WIDTH, 0)).columns, full=full):
            print_line(line)
        print_note(chain_title(links))
    return 1 if any(link.problem for link in links) else 0


def _fetched(place: Place, known: Callable[[str], Link | None]) -> list[Link]:
    """The links, those that are not known from Azure; none where Ctrl-C came before."""
    found: list[Link] = []

    async def work(calls: StoredCalls) -> None:
        async def fetch(response_id: str) -> Link:
            print_note(f"asking for {response_id}")
            return await of_azure(calls, response_id)

        found.extend(await follow(place.response_id, known, fetch))

    _run(place, Answers(place.capture, place.credential(), as_json=False), work)
    return found
