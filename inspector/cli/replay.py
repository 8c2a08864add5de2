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

from inspector.capture.model import ExchangeDetail, Leg, Made
from inspector.capture.stored_history import Items
from inspector.capture.translated import earlier_items
from inspector.cli.printing import print_json, print_note, print_text
from inspector.cli.reading import exchange_number, open_reader
from inspector.cli.sending_options import Sending, sending_options
from inspector.cli.sent import Told, send_and_tell
from inspector.protocol.azure import OPENAI_HOSTS, is_loopback
from inspector.protocol.snippets.call import Text, Variable, call_of
from inspector.protocol.snippets.curl import curl
from inspector.replay.advice import advice
from inspector.replay.boundary import Boundary, BuildProblem, Built, build
from inspector.replay.call import Call
from inspector.replay.credentials import Credential, CredentialProblem, find, header_for_keys
from inspector.replay.endpoint import EndpointProblem
from inspector.replay.sending import Sender, Sent


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("exchange_id", metavar="ID")
@click.option(
    "--as",
    "boundary",
    type=click.Choice([each.value for each in Boundary]),
    default=Boundary.CAPTURED.value,
    show_default=True,
    help="The request as the client sent it, repaired, translated to Chat Completions, or the chat payload "
    "that the bridge sent.",
)
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
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    exchange_id: str,
    boundary: str,
    sending: Sending,
    times: int,
    concurrency: int,
    as_json: bool,
    dry_run: str | None,
) -> None:
    """Send the request of exchange ID of the capture FILE again; the answer is a new exchange, its child.

    Keys come from the environment (AZURE_OPENAI_API_KEY, AZURE_API_KEY, OPENAI_API_KEY) or from where you
    say, never from the capture; they go to Azure's hosts, this machine and the host of --to only.

    Exit codes: 0 every answer came whole and without an error; 1 one did not, or nothing could be sent;
    2 the command line is wrong.
    """
    detail, past = _captured(file, exchange_id)
    try:
        built = build(detail, Boundary(boundary), sending.destination, past=past)
    except (BuildProblem, EndpointProblem) as error:
        raise click.ClickException(str(error)) from None
    sent_before = _headers_of_the_same_endpoint(detail, sending)
    if dry_run is not None:
        _print_call(built.call, sent_before, as_curl=dry_run == "curl")
        return
    try:
        credential = find(
            built.call.url,
            sending.source,
            named_hosts=built.endpoint.named_hosts,
            sent_before=sent_before,
        )
    except CredentialProblem as error:
        raise click.ClickException(str(error)) from None
    _narrate(built, credential)
    made = Made("replay", boundary)
    parent: int | None = detail.exchange.id
    if sending.into is not None and sending.into.absolute() != file.absolute():
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
            original=detail,
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


def _captured(file: Path, exchange_id: str) -> tuple[ExchangeDetail, Items | None]:
    with closing(open_reader(file)) as reader:
        detail = reader.detail(exchange_number(reader, exchange_id))
        return detail, earlier_items(reader, detail)


def _headers_of_the_same_endpoint(detail: ExchangeDetail, sending: Sending) -> tuple[tuple[str, str], ...]:
    """The captured headers, which tell where this endpoint looks for its key; none for another one."""
    request = detail.legs.get(Leg.REQUEST)
    return request.headers if request is not None and sending.destination.to is None else ()


def _narrate(built: Built, credential: Credential | None) -> None:
    key = f"with the key of {credential.name}, as {credential.header}" if credential else "without a key"
    print_note(f"{built.call.method} {built.call.url}, {built.boundary.value}, {key}")
    for change in built.changes:
        print_note(f"repaired: {change.rule}: {change.text}")
    if built.left_out:
        print_note(f"left out, since they may be secrets: {', '.join(built.left_out)}")


def _print_call(call: Call, sent_before: tuple[tuple[str, str], ...], *, as_curl: bool) -> None:
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
