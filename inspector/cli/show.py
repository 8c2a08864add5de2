"""`inspector show`: the exchanges of a capture on stdout, for people and for scripts."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from inspector.capture.holds import Holds, Point
from inspector.capture.model import Exchange, Leg
from inspector.capture.reader import Reader
from inspector.capture.translated import earlier_items
from inspector.cli.converted import whole_capture
from inspector.cli.exchange_json import detail_json, exchange_json
from inspector.cli.hold_json import HeldJson, held_json
from inspector.cli.importing import FOREIGN_FILE
from inspector.cli.printing import print_json, print_line, print_text
from inspector.cli.reading import exchange_number, open_reader
from inspector.ui.view.timing import UNTOLD, has_ends, words


@click.command("show")
@click.argument("file", type=FOREIGN_FILE)
@click.argument("exchange_id", metavar="[ID]", required=False)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="A JSON array of exchanges, or with ID one object with everything.",
)
@click.option(
    "--raw",
    "leg",
    type=click.Choice([leg.value for leg in Leg]),
    help="With ID: exactly the bytes of that body as they passed.",
)
def command(file: Path, exchange_id: str | None, as_json: bool, leg: str | None) -> None:
    """Print the exchanges of FILE, a capture or a file of another program, in order of start, or one."""
    if leg and as_json:
        raise click.UsageError("--raw and --json are two answers; ask for one")
    if leg and exchange_id is None:
        raise click.UsageError("--raw needs the ID of an exchange; `inspector show FILE` lists them")
    reader = open_reader(whole_capture(file))
    try:
        if exchange_id is None:
            _list(reader, as_json)
        elif leg:
            _raw(reader, exchange_number(reader, exchange_id), Leg(leg))
        else:
            _one(reader, exchange_number(reader, exchange_id), as_json)
    finally:
        reader.close()


def _list(reader: Reader, as_json: bool) -> None:
    exchanges = sorted(reader.exchanges(), key=lambda exchange: (exchange.started, exchange.id))
    if as_json:
        rows = [exchange_json(exchange).model_dump(mode="json") for exchange in exchanges]
        print_json(rows)
        return
    for exchange in exchanges:
        print_line(exchange_line(exchange))


def _one(reader: Reader, number: int, as_json: bool) -> None:
    detail = reader.detail(number)
    if as_json:
        printed = detail_json(detail, earlier_items(reader, detail), _held(reader.path, number))
        print_json(printed.model_dump(mode="json"))
        return
    printed = detail_json(detail)
    print_line(exchange_line(detail.exchange))
    _tell_source(detail.exchange)
    for name in ("request", "upstream_request", "upstream_response", "response"):
        leg = getattr(printed, name)
        if leg is not None:
            print_text(f"\n{name.replace('_', ' ')}{f' {leg.status}' if leg.status else ''}")
            for header, value in leg.headers:
                print_line(f"  {header}: {value}")
            if leg.absent:
                print_text("  (the file does not hold this body)")
                continue
            print_text(
                leg.body if leg.body is not None else f"  ({len(leg.body_base64)} characters of base64)"
            )


def _tell_source(exchange: Exchange) -> None:
    """Where it was read from, what its times are worth, and what is odd about it there."""
    if (source := exchange.source) is None:
        return
    print_line(f"      from {source.file} ({source.format}){f', {source.place}' if source.place else ''}")
    for said in (words(exchange), *source.remarks):
        if said:
            print_line(f"      {' '.join(said.split())}")


def _held(file: Path, number: int) -> list[HeldJson]:
    with closing(Holds(file)) as holds:
        return [
            held_json(one, None if one.point is Point.REQUEST else holds.body(one.id))
            for one in holds.of_exchange(number)
        ]


def _raw(reader: Reader, number: int, leg: Leg) -> None:
    body = reader.body(number, leg)
    if body is None:
        raise click.ClickException(
            f"exchange {number} has no {leg.value}; `inspector show FILE {number} --json` tells what it has"
        )
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()  # what is wrong with stdout is told here, and not by the interpreter's end


def exchange_line(exchange: Exchange) -> str:
    """An exchange in the line that lists it."""
    started = datetime.fromtimestamp(exchange.started).strftime("%H:%M:%S")
    took = f"{exchange.ended:.2f}s" if exchange.ended is not None else exchange.outcome.value
    if not has_ends(exchange):
        took = UNTOLD
    usage = exchange.usage
    tokens = f"{usage.input_tokens or 0}→{usage.output_tokens or 0}" if usage else ""
    fields = (
        f"{exchange.id:>4}  {started}",
        f"{(exchange.session or '-')[:8]:8} {exchange.turn or '-':>3}",
        f"{exchange.operation:17} {exchange.status or '---'}  {took:>8}",
        f"{exchange.model or '-':20} {tokens:>12}",
        *([f"↺ {exchange.parent}"] if exchange.parent is not None else []),
        *([f"↳ {_agent(exchange)}"] if exchange.agent or exchange.parent_session else []),
        exchange.error or "",
        *([f"from {exchange.source.file}"] if exchange.source else []),
    )
    return "  ".join(fields).rstrip()


def _agent(exchange: Exchange) -> str:
    """The kind of sub-agent that asks, and its name."""
    return " ".join(word for word in (exchange.agent or "agent", exchange.agent_name) if word)
