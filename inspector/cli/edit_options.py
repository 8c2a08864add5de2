"""`--set`, `--drop`, `--patch` and `--edit`: a request changed before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TextIO

import click

from inspector.cli.editor import edited_by_hand
from inspector.cli.printing import print_note
from inspector.protocol.compare.canonical import same
from inspector.replay.edits.edit import Edit, Patch, apply, parse_drop, parse_patch, parse_set
from inspector.replay.edits.problem import EditProblem


@dataclass(frozen=True, slots=True)
class Editing:
    """What these options say."""

    edits: tuple[Edit, ...]
    by_hand: bool

    def edited(self, body: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
        """The body with all edits made, by hand last; None where none is wanted. Raises click errors."""
        if not self.edits and not self.by_hand:
            return None
        before = body()
        try:
            changed = apply(self.edits, before)
        except EditProblem as error:
            raise click.ClickException(str(error)) from None
        if self.edits and same(before, changed):
            print_note("the edits change nothing: the request is as it was")
        return edited_by_hand(changed) if self.by_hand else changed


def _read(parse: Callable[[str], Edit]) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], Any]:
    def read(ctx: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> tuple[Edit, ...]:
        try:
            return tuple(parse(text) for text in texts)
        except EditProblem as error:
            raise click.BadParameter(str(error), ctx, option) from None

    return read


_OPTIONS = (
    click.option(
        "--set",
        "sets",
        multiple=True,
        metavar="PATH=VALUE",
        callback=_read(parse_set),
        help="Give a place of the request another value: input[3].content[0].text=Hello, tools[+]={...}, "
        "/model=x. VALUE is JSON if it parses, else text; PATH:=VALUE has to be JSON.",
    ),
    click.option(
        "--drop",
        "drops",
        multiple=True,
        metavar="PATH",
        callback=_read(parse_drop),
        help="Leave a place of the request out: input[2], tools[-1], temperature.",
    ),
    click.option(
        "--patch",
        "patches",
        multiple=True,
        type=click.File(encoding="utf-8-sig"),
        metavar="FILE",
        help="Apply a JSON Patch (RFC 6902), after --set and --drop.",
    ),
    click.option("--edit", "by_hand", is_flag=True, help="Open the request in $EDITOR first."),
)


def edit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `editing`."""

    @wraps(command)
    def with_editing(
        *arguments: Any,
        sets: tuple[Edit, ...],
        drops: tuple[Edit, ...],
        patches: tuple[TextIO, ...],
        by_hand: bool,
        **others: Any,
    ) -> Any:
        edits = (*sets, *drops, *map(_patch, patches))
        return command(*arguments, editing=Editing(edits, by_hand), **others)

    for option in reversed(_OPTIONS):
        with_editing = option(with_editing)
    return with_editing


def _patch(file: TextIO) -> Patch:
    try:
        return parse_patch(file.read(), file.name)
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{file.name} is not UTF-8 at byte {error.start}, as JSON has to be."
        ) from None
    except EditProblem as error:
        raise click.ClickException(str(error)) from None
