"""Which response a command of `inspector azure` is about, an exchange's or one by its id, and where it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from inspector.capture.library import new_capture_path
from inspector.capture.model import ExchangeDetail, Headers, Leg, Made
from inspector.capture.reader import Reader
from inspector.capture.translated import asked
from inspector.cli.printing import print_note
from inspector.cli.reading import as_listed, exchange_number, open_reader
from inspector.cli.sending_options import Sending
from inspector.protocol.azure import Operation
from inspector.replay.credentials import Credential, CredentialProblem, find
from inspector.replay.endpoint import Endpoint, EndpointProblem, resolve
from inspector.replay.stored import MADE, names_one, response_id_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls go, and where they are recorded."""

    endpoint: Endpoint
    capture: Path  # that is recorded in
    sending: Sending
    response_id: str = ""
    parent: int | None = None
    made: Made = MADE
    source: Path | None = None  # the capture that was named, which need not be the one that is recorded in
    options: Mapping[str, Any] = field(default_factory=dict)
    sent_before: Headers = ()

    def credential(self) -> Credential | None:
        """The credential for the endpoint; a click error where there is none to be had."""
        try:
            return find(
                self.endpoint.responses(),
                self.sending.source,
                named_hosts=self.endpoint.named_hosts,
                sent_before=self.sent_before,
            )
        except CredentialProblem as error:
            raise click.ClickException(str(error)) from None


def place_of(words: tuple[str, ...], sending: Sending) -> Place:
    """`FILE ID`, ID being an exchange's number or a response's id; or a `RESPONSE_ID` on its own."""
    if len(words) == 1:
        if as_listed(Path(words[0])).is_file():
            raise click.UsageError(f"which response of {words[0]}? Give the number of an exchange, or its id")
        if words[0].isdecimal():
            raise click.UsageError(
                f"{words[0]} is an exchange's number: name its capture too, FILE {words[0]}"
            )
        _check_id(words[0])
        return replace(place_without_capture(sending), response_id=words[0])
    if len(words) != 2:
        raise click.UsageError("name a capture and an exchange, FILE ID; or a RESPONSE_ID")
    file, name = as_listed(Path(words[0])), words[1]
    if not file.is_file():
        raise click.ClickException(f"there is no capture {str(file)!r}; `inspector captures` lists them")
    with closing(open_reader(file)) as reader:
        number, response_id = _named(reader, name)
        detail = None if number is None else reader.detail(number)
    if detail is None and sending.destination.to is None:
        raise click.ClickException(
            f"the capture knows no response {name!r}, so not where it is: name the endpoint with --to"
        )
    place = place_without_capture(sending, detail, into=sending.into or file)
    elsewhere = place.capture.resolve() != file.resolve()
    if detail is not None:
        _remark(detail)
        if elsewhere:
            place = replace(place, made=replace(MADE, source=f"{file.name} {detail.exchange.id}"))
        else:
            place = replace(place, parent=detail.exchange.id)
    return replace(place, response_id=response_id, source=file)


def place_without_capture(
    sending: Sending, detail: ExchangeDetail | None = None, *, into: Path | None = None
) -> Place:
    """The endpoint of an exchange, of --to or the environment; recorded in a new capture if none is told."""
    url = None if detail is None else detail.exchange.url
    try:
        endpoint = resolve(url, sending.destination, os.environ)
    except EndpointProblem as error:
        raise click.ClickException(str(error)) from None
    before: Headers = ()
    if detail is not None and sending.destination.to is None and Leg.REQUEST in detail.legs:
        before = detail.legs[Leg.REQUEST].headers  # they tell where this endpoint looks for its key
    capture = into or sending.into or new_capture_path(datetime.now())
    options = {} if detail is None else dict(detail.options)
    return Place(endpoint, capture, sending, options=options, sent_before=before)


def _named(reader: Reader, name: str) -> tuple[int | None, str]:
    """The exchange that is meant, None where no exchange is, and the response's id."""
    if not name.isdecimal():
        _check_id(name)
        found = reader.of_response(name)
        made = [one for one in found if one.operation == Operation.CREATE]
        return (made or found)[-1].id if found else None, name
    exchange = reader.exchange(exchange_number(reader, name))
    response_id = response_id_of(exchange)
    if response_id is None:
        what = (
            "is a chat completion, and Azure stores responses only"
            if exchange.operation == Operation.CHAT
            else f"({exchange.operation}) has no response's id"
        )
        raise click.ClickException(f"exchange {name} {what}")
    return exchange.id, response_id


def _check_id(name: str) -> None:
    if not names_one(name):
        raise click.UsageError(f"{name!r} is no response's id")


def _remark(detail: ExchangeDetail) -> None:
    if detail.exchange.operation == Operation.CREATE and (asked(detail) or {}).get("store") is False:
        print_note(f"note: exchange {detail.exchange.id} asked not to be stored (store:false)")
