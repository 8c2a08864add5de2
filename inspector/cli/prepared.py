"""What commands that send an exchange's request again share: reading it, its key, saying what goes where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from inspector.capture.model import ExchangeDetail, Headers, Leg
from inspector.cli.printing import print_note
from inspector.cli.reading import exchange_number, open_reader
from inspector.cli.sending_options import Sending
from inspector.replay.boundary import BuildProblem, Built
from inspector.replay.credentials import Credential, CredentialProblem, find
from inspector.replay.endpoint import EndpointProblem


def captured(file: Path, exchange_id: str) -> ExchangeDetail:
    """The exchange that a person names; a click error where there is none."""
    with closing(open_reader(file)) as reader:
        return reader.detail(exchange_number(reader, exchange_id))


@contextmanager
def building_told() -> Iterator[None]:
    """What keeps a call from being built is a click error."""
    try:
        yield
    except (BuildProblem, EndpointProblem) as error:
        raise click.ClickException(str(error)) from None


def headers_of_the_same_endpoint(detail: ExchangeDetail, sending: Sending) -> Headers:
    """The captured headers, which tell where this endpoint looks for its key; none for another one."""
    request = detail.legs.get(Leg.REQUEST)
    return request.headers if request is not None and sending.destination.to is None else ()


def credential_for(built: Built, detail: ExchangeDetail, sending: Sending) -> Credential | None:
    """The credential of a call, None where none is needed; a click error where it is missing."""
    try:
        return find(
            built.call.url,
            sending.source,
            named_hosts=built.endpoint.named_hosts,
            sent_before=headers_of_the_same_endpoint(detail, sending),
        )
    except CredentialProblem as error:
        raise click.ClickException(str(error)) from None


def narrate(built: Built, credential: Credential | None) -> None:
    """What will be sent, where to, with which key, on stderr."""
    key = f"with the key of {credential.name}, as {credential.header}" if credential else "without a key"
    print_note(f"{built.call.method} {built.call.url}, {built.boundary.value}, {key}")
    for change in built.changes:
        print_note(f"repaired: {change.rule}: {change.text}")
    if built.left_out:
        print_note(f"left out, since they may be secrets: {', '.join(built.left_out)}")
