"""`inspector replay`: a captured request sent again, and what came of it, as new exchanges of the capture."""

from __future__ import annotations

import base64
from collections.abc import Awaitable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from inspector.capture.model import Headers, Made
from inspector.capture.posted import as_posted
from inspector.cli.edit_options import Editing, edit_options
from inspector.cli.editor import typed_is_kept
from inspector.cli.prepared import (
    building_told,
    captured,
    credential_for,
    headers_of_the_same_endpoint,
    narrate,
)
from inspector.cli.printing import print_json, print_text
from inspector.cli.reading import CAPTURE_FILE, open_reader
from inspector.cli.sending_options import Sending, boundary_option, sending_options
from inspector.cli.sent import Told, send_and_tell
from inspector.cli.warned import warn, warnings_about, yes_option
from inspector.protocol.azure import OPENAI_HOSTS, is_loopback
from inspector.protocol.snippets.call import Text, Variable, call_of
from inspector.protocol.snippets.curl import curl
from inspector.replay.advice import advice
from inspector.replay.boundary import Boundary, body_at, build
from inspector.replay.call import Call
from inspector.replay.credentials import header_for_keys
from inspector.replay.edits.operations import for_the_record
from inspector.replay.past import past_of
from inspector.replay.sending import Sender, Sent
from inspector.replay.warnings import of_schema


@click.command("replay")
@click.argument("file", type=CAPTURE_FILE)
@click.argument("exchange_id", metavar="ID")
@boundary_option
@edit_options
@sending_options
@click.option("-n", "times", type=click.IntRange(1, 10_000), default=1, show_default=True, help="How often.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="How many at once, at most.",
)
@click.option("--json", "as_json", is_flag=True, help="Each new exchange as one line of JSON.")
@click.option(
    "--dry-run",
    type=click.Choice(["json", "curl"]),
    is_flag=False,
    flag_value="json",
    help="Print what would be sent instead, without the credential: as JSON, or as a curl command.",
)
@click.option("--diff", is_flag=True, help="Print what differs from the original, request and answer.")
@yes_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    exchange_id: str,
    boundary: str,
    editing: Editing,
    sending: Sending,
    times: int,
    concurrency: int,
    as_json: bool,
    dry_run: str | None,
    diff: bool,
    yes: bool,
) -> None:
    """Send the request of exchange ID of the capture FILE again; the answer is a new exchange, its child.

    Keys come from the environment (AZURE_OPENAI_API_KEY, AZURE_API_KEY, OPENAI_API_KEY) or from where you
    say, never from the capture; they go to Azure's hosts, this machine and the host of --to only.

    The request can be changed first, at the boundary it is sent from: all paths name places of it as it was,
    then values are set, places dropped, patches applied, and last of all it opens in the editor.

    Exit codes: 0 every answer came whole, without an error, and is recorded; 1 one did not, or nothing could
    be sent; 2 the command line is wrong.
    """
    if as_json and diff:
        raise click.UsageError("--json and --diff are two answers; ask for one")
    detail, at = captured(file, exchange_id), Boundary(boundary)
    with building_told():
        edited = editing.edited(lambda: body_at(detail, at))
    with typed_is_kept(edited if editing.by_hand else None):
        with building_told():
            with closing(open_reader(file)) as reader:
                past = past_of(reader, detail, edited)
            built = build(detail, at, sending.destination, past=past, body=edited)
        if dry_run is not None:
            sent_before = headers_of_the_same_endpoint(detail, sending)
            _print_call(built.call, sent_before, as_curl=dry_run == "curl")
            return
        credential = credential_for(built, detail, sending)
        narrate(built, credential)
        made, warnings = Made("replay", boundary), []
        if edited is not None:
            before = body_at(detail, at)
            made = Made("edit", boundary, edits=for_the_record(before, edited))
            warnings = of_schema(before, edited)
        warn([*warnings, *warnings_about(file, detail, built, credential, times=times)], yes=yes)
    parent: int | None = detail.exchange.id
    if sending.into is not None and sending.into.resolve() != file.resolve():
        made, parent = replace(made, source=f"{file.name} {parent}"), None

    def send(sender: Sender) -> Awaitable[Sent]:
        return sender.send(built.call, credential, parent=parent, made=made)

    capture = sending.into or file
    status = send_and_tell(
        capture,
        send,
        Told(
            capture,
            times,
            as_json=as_json,
            original=as_posted(detail, past),
            show_difference=diff,
            advise=lambda sent: advice(sent, built.call, credential),
        ),
        times=times,
        concurrency=concurrency,
        options=dict(detail.options),
        named_hosts=built.endpoint.named_hosts,
        timeout=sending.timeout,
        retries=sending.retries,
    )
    ctx.exit(status)


def _print_call(call: Call, sent_before: Headers, *, as_curl: bool) -> None:
    if not as_curl:
        told: dict[str, Any] = {"method": call.method, "url": call.url, "headers": list(call.headers)}
        try:
            told["body"] = call.body.decode()
        except UnicodeDecodeError:
            told["body_base64"] = base64.b64encode(call.body).decode()
        print_json(told)
        return
    snippet = call_of(call.method, call.url, call.headers, call.body)
    header = header_for_keys(call.url, sent_before)
    host = urlsplit(call.url).hostname or ""
    variable = Variable("OPENAI_API_KEY" if host in OPENAI_HOSTS else "AZURE_OPENAI_API_KEY")
    value: Text = ("Bearer ", variable) if header == "authorization" else (variable,)
    credentials = () if is_loopback(host) else ((header, value),)
    print_text(curl(replace(snippet, credentials=credentials)))
