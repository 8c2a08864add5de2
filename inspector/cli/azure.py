"""`inspector azure`: the calls on responses that Azure stores, each recorded as an exchange of a capture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

import click

from inspector.cli.azure_place import place_of, place_without_capture
from inspector.cli.azure_work import all_items, chained, one_call, waited
from inspector.cli.reading import json_object
from inspector.cli.sending_options import Sending, calling_options, waiting_options
from inspector.replay import stored
from inspector.replay.call import Call
from inspector.replay.endpoint import Endpoint
from inspector.replay.stored import Page

_target = click.argument("target", metavar="[FILE] ID", nargs=-1, required=True)
_json = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="A line of JSON: the exchange, what Azure says in its headers, the error in words, the body.",
)


@click.group("azure")
def command() -> None:
    """Create, get, delete, cancel and wait for responses that Azure stores, and list what they were asked.

    FILE ID is an exchange of a capture: the call is about its response, goes to its endpoint, and is recorded
    there as its child; ID may also be a response's id (resp_...). Without FILE the endpoint is that of --to,
    or of AZURE_OPENAI_ENDPOINT or AZURE_RESOURCE_NAME, and the call is recorded in a new capture.

    Keys are found as by `inspector replay`. Stdout has the answer, or the events of a stream, a line each;
    stderr what came of it, and what Azure tells in headers: request id, model, tokens, rate limits.

    Exit codes: 0 the answer came whole and without an error; 1 it did not, or what is waited for did not
    complete; 2 the command line is wrong.
    """


@command.command("create", short_help="Create a response, from JSON or from options.")
@click.argument("source", metavar="[REQUEST.json]", type=click.File("rb"), required=False)
@click.option("--input", "words", metavar="TEXT", help="What is said, in the place of the request's input.")
@click.option("--model", metavar="MODEL", help="The deployment, in the place of the request's model.")
@click.option("--stream", is_flag=True, help="Events, as they come.")
@click.option("--background", is_flag=True, help="Do not wait: it is made in the background, and stored.")
@click.option("--previous", metavar="ID", help="The response (resp_...) that it continues.")
@calling_options
@_json
@click.pass_context
def create(
    ctx: click.Context,
    source: BinaryIO | None,
    words: str | None,
    model: str | None,
    stream: bool,
    background: bool,
    previous: str | None,
    sending: Sending,
    as_json: bool,
) -> None:
    """Create a response, from a JSON file (`-`: standard input) or from --input and --model."""
    body: dict[str, Any] = {} if source is None else json_object(source)
    told = {"model": model, "input": words, "previous_response_id": previous}
    body |= {name: value for name, value in told.items() if value is not None}
    if stream:
        body["stream"] = True
    if background:
        body |= {"background": True, "store": True}
    if missing := [f"--{name}" for name in ("model", "input") if name not in body and source is None]:
        raise click.UsageError(f"without a file {' and '.join(missing)} must say what is asked")
    place = place_without_capture(sending)
    ctx.exit(one_call(place, stored.create(place.endpoint, body), as_json=as_json))


@command.command("get")
@_target
@click.option("--include", multiple=True, metavar="WHAT", help="As reasoning.encrypted_content; repeatable.")
@click.option("--stream", is_flag=True, help="Its events once more; only of one that was created with them.")
@click.option(
    "--starting-after", type=int, metavar="N", help="With --stream: only the events after the one numbered N."
)
@calling_options
@_json
@click.pass_context
def get(
    ctx: click.Context,
    target: tuple[str, ...],
    include: tuple[str, ...],
    stream: bool,
    starting_after: int | None,
    sending: Sending,
    as_json: bool,
) -> None:
    """Get a stored response, or its events."""
    if starting_after is not None and not stream:
        raise click.UsageError("--starting-after counts events: it needs --stream")
    place = place_of(target, sending)
    call = stored.get(
        place.endpoint, place.response_id, include=include, stream=stream, starting_after=starting_after
    )
    ctx.exit(one_call(place, call, as_json=as_json))


def _add(name: str, what: str, build: Callable[[Endpoint, str], Call]) -> None:
    """A command for a call that is told nothing but the response."""

    @command.command(name, help=what)
    @_target
    @calling_options
    @_json
    @click.pass_context
    def run(ctx: click.Context, target: tuple[str, ...], sending: Sending, as_json: bool) -> None:
        place = place_of(target, sending)
        ctx.exit(one_call(place, build(place.endpoint, place.response_id), as_json=as_json))


_add("delete", "Delete a stored response; the capture keeps what it has of it.", stored.delete)
_add("cancel", "Cancel a response that is made in the background.", stored.cancel)


@command.command("items", short_help="List what a stored response was asked.")
@_target
@click.option("--limit", type=click.IntRange(1, 100), help="One page of so many.")
@click.option(
    "--order", type=click.Choice(["asc", "desc"]), help="Oldest or newest first; of all pages: asc."
)
@click.option("--after", metavar="ITEM", help="One page: what follows the item with this id.")
@click.option("--before", metavar="ITEM", help="One page: what comes before it.")
@calling_options
@_json
@click.pass_context
def items(
    ctx: click.Context,
    target: tuple[str, ...],
    limit: int | None,
    order: str | None,
    after: str | None,
    before: str | None,
    sending: Sending,
    as_json: bool,
) -> None:
    """List what a stored response was asked: all pages as one list, or one page as Azure has it."""
    place = place_of(target, sending)
    if limit or after or before:
        call = stored.items(place.endpoint, place.response_id, Page(limit, order, after, before))
        ctx.exit(one_call(place, call, as_json=as_json))
    ctx.exit(all_items(place, order or "asc", as_json=as_json))


@command.command("wait", short_help="Wait until a background response has ended.")
@_target
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="How long to wait; without it, until it has ended.",
)
@waiting_options
@_json
@click.pass_context
def wait(
    ctx: click.Context, target: tuple[str, ...], timeout: float | None, sending: Sending, as_json: bool
) -> None:
    """Wait until a response that is made in the background has ended, and print it.

    It is looked at again and again, ever more rarely. Ctrl-C and --timeout leave it running. The exit code is
    0 only if it has completed.
    """
    ctx.exit(waited(place_of(target, sending), timeout, as_json=as_json))


@command.command("chain", short_help="Print the conversation that led to a response.")
@_target
@calling_options
@click.option("--json", "as_json", is_flag=True, help="A JSON array, a link each, for scripts.")
@click.option("--full", is_flag=True, help="Every item unfolded.")
@click.pass_context
def chain(ctx: click.Context, target: tuple[str, ...], sending: Sending, as_json: bool, full: bool) -> None:
    """Print the conversation that led to a response as one history, oldest first.

    It is followed by previous_response_id: in the capture as far as that has it, then at Azure.
    """
    ctx.exit(chained(place_of(target, sending), as_json=as_json, full=full))
