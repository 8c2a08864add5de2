"""`inspector hold`: live traffic waits for a person, or a script, to decide."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from inspector.capture.held.past_holds import passes_holds
from inspector.capture.holds import (
    BEAT,
    DROPPED,
    LONGEST,
    RELEASED,
    Act,
    Decision,
    Held,
    Holds,
    Point,
    State,
    answered,
    failed,
    problem_of_rule,
)
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.cli.hold_json import held_json, rule_json
from inspector.cli.printing import print_json, print_json_line, print_line
from inspector.cli.reading import CAPTURE_FILE
from inspector.cli.termination import ended_in_order
from inspector.proxy import registry

_LOOK = 0.1  # seconds between looks at what is held


class _OnACapture(click.Group):
    """A group whose first argument is a capture, or --running for the one that the running proxy writes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] == "--running":
            args = [str(_running()), *args[1:]]
        return super().parse_args(ctx, args)


@click.group("hold", cls=_OnACapture, subcommand_metavar="COMMAND [ARGS]...")
@click.argument("file", metavar="FILE|--running", type=CAPTURE_FILE)
@click.pass_context
def command(ctx: click.Context, /, file: Path) -> None:
    """Hold traffic that a proxy records into the capture FILE, and decide what becomes of it.

    Whatever is held goes on as it is when its time is up, or when who set the rule is gone.
    """
    ctx.obj = file


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the rules, and what they hold now.")
@click.pass_obj
def list_(file: Path, /, as_json: bool) -> None:
    """Print the rules that there are, and what is held now."""
    with _holds(file) as holds:
        rules, held = holds.rules(), holds.held()
        if as_json:
            listed: dict[str, Any] = {
                "rules": [rule_json(rule).model_dump(mode="json") for rule in rules],
                "held": [held_json(one, _body(holds, one)).model_dump(mode="json") for one in held],
            }
            print_json(listed)
            return
        for rule in rules:
            types = f" {','.join(rule.types)}" if rule.types else ""
            print_line(
                f"rule {rule.id}: {rule.point.value}{types} {rule.filter or '(all)'}, "
                f"{rule.seconds:g} s, set by {rule.app.name} (process {rule.app.pid})"
            )
        for one in held:
            print_line(_line(one))


@command.command(short_help="Hold what fits a filter, until Ctrl-C.")
@click.argument("filter_text", metavar="[FILTER]", default="")
@click.option(
    "--at", type=click.Choice([point.value for point in Point]), default="request", help="Default: request."
)
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", help="Of events; * for anything; again for more."
)
@click.option(
    "--seconds",
    type=click.FloatRange(1, LONGEST),
    default=120.0,
    show_default=True,
    help="After which it goes on as it is.",
)
@click.pass_obj
def add(file: Path, /, filter_text: str, at: str, types: Sequence[str], seconds: float) -> None:
    """Hold what fits the FILTER (all, if there is none) as long as this command runs: until Ctrl-C.

    The filter sees what is known by then: of a response its status and headers, of an event its data and what
    came before it in numbers. Length, outcome and remarks are of exchanges that are over, and hold nothing.
    While there are rules a proxy agrees to no WebSocket: Codex posts instead, and a post can wait.

    Prints a JSON line for what is held, and another one when that is over.
    """
    if problem := problem_of_rule(filter_text, Point(at), types, seconds):
        raise click.UsageError(problem)
    with _holds(file) as holds, ended_in_order():
        rule = holds.add(filter_text, Point(at), types=types, seconds=seconds)
        click.echo(f"holding (rule {rule.id}); Ctrl-C ends it, and releases what it holds", err=True)
        if not _is_recorded(file):
            click.echo(f"no proxy records into {file} now: the rule waits for one that does", err=True)
        if passes := passes_holds(file):
            click.echo(passes, err=True)
        try:
            _follow(holds, rule.id)
        except KeyboardInterrupt:
            return


def _is_recorded(file: Path) -> bool:
    with closing(Reader(file)) as reader:
        return bool(reader.living())


def _follow(holds: Holds, rule: int) -> None:
    """Tells what the rule holds, for ever."""
    waiting: set[int] = set()
    newest = 0
    next_beat = 0.0
    while True:
        if time.monotonic() >= next_beat:
            holds.beat()
            next_beat = time.monotonic() + BEAT
        for one in [holds.get(number) for number in sorted(waiting)]:
            if one.state is not State.HELD:
                waiting.remove(one.id)
                _tell(holds, one)
        for one in holds.of_rule(rule, newest):
            newest = one.id
            waiting.add(one.id)  # one that is over already is told as such at the next look
            _tell(
                holds,
                replace(one, state=State.HELD, decision=None, decided_by=None, decided_at=None, done=None),
            )
        time.sleep(_LOOK)


def _tell(holds: Holds, one: Held) -> None:
    print_json_line(held_json(one, _body(holds, one)).model_dump(mode="json"))


@command.command()
@click.argument("held_id", metavar="ID", type=int)
@click.pass_obj
def release(file: Path, /, held_id: int) -> None:
    """Let what is held go on as it is."""
    _decide(file, held_id, RELEASED)


@command.command()
@click.argument("held_id", metavar="ID", type=int)
@click.pass_obj
def drop(file: Path, /, held_id: int) -> None:
    """Close the client's connection."""
    _decide(file, held_id, DROPPED)


@command.command(short_help="Answer in upstream's place.")
@click.argument("held_id", metavar="ID", type=int)
@click.option("--status", type=click.IntRange(200, 599), default=200, show_default=True)
@click.option("--body", type=click.File("rb"), help="A file, - for stdin.")
@click.option(
    "--header", "fields", multiple=True, metavar="NAME:VALUE", help="As in 'retry-after: 5'; again for more."
)
@click.option(
    "--failed", "message", metavar="TEXT", help="In its place: the response fails with these words."
)
@click.pass_obj
def answer(
    file: Path,
    /,
    held_id: int,
    status: int,
    body: BinaryIO | None,
    fields: Sequence[str],
    message: str | None,
) -> None:
    """Give the client this answer; upstream is not asked, or not listened to any more.

    A body that is a Response becomes a stream of events where the client asked for one.
    """
    if body is not None and message is not None:
        raise click.UsageError("--body and --failed are two answers; give one")
    decision = failed(message) if message is not None else answered(status, body.read() if body else b"")
    _decide(file, held_id, replace(decision, headers=tuple(map(_header, fields)) or None))


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise click.BadParameter(f"{text!r} is not NAME:VALUE, as in 'retry-after: 5'", param_hint="--header")
    return name.strip(), value.strip()


@command.command()
@click.argument("held_id", metavar="ID", type=int)
@click.option(
    "--body",
    type=click.File("rb"),
    help="A file, - for stdin: the request's or response's body, the event's data.",
)
@click.option("--status", type=click.IntRange(200, 599), help="Of a held response.")
@click.pass_obj
def edit(file: Path, /, held_id: int, body: BinaryIO | None, status: int | None) -> None:
    """Let what is held go on changed."""
    _decide(file, held_id, Decision(Act.EDIT, status, None, None if body is None else body.read()))


def _decide(file: Path, held_id: int, decision: Decision) -> None:
    with _holds(file) as holds:
        try:
            if holds.decide(held_id, decision):
                return
            one = holds.get(held_id)
        except KeyError:
            raise click.ClickException(f"nothing in {file} was ever held as {held_id}") from None
        raise click.ClickException(f"{held_id} is not held any more: {_ending(one)}")


def _ending(one: Held) -> str:
    if one.state is State.DECIDED and one.decision is not None:
        return f"{one.decided_by} decided to {one.decision.act.value} it"
    return one.state.value.replace("-", " ")


def _line(one: Held) -> str:
    what = f"{one.point.value} {one.event_type or one.status or ''}".strip()
    left = max(0.0, one.deadline - time.time())
    return f"held {one.id}: {what} of exchange {one.exchange}, goes on in {left:.0f} s"


def _body(holds: Holds, one: Held) -> bytes | None:
    """Of a request the exchange has it."""
    return None if one.point is Point.REQUEST else holds.body(one.id)


@contextmanager
def _holds(file: Path) -> Iterator[Holds]:
    try:
        with closing(Holds(file, "inspector hold")) as holds:
            yield holds
    except CaptureError as error:
        raise click.ClickException(str(error)) from None


def _running() -> Path:
    running = registry.running()
    if not running:
        raise click.ClickException(
            "no proxy is running: start one with `inspector live` or `inspector record`"
        )
    if len(running) > 1:
        captures = ", ".join(str(proxy.capture) for proxy in running)
        raise click.UsageError(f"{len(running)} proxies are running; name a capture: {captures}")
    return running[0].capture
