"""Work that sends calls and records them, run to its end: what cannot be recorded is told, Ctrl-C cancels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from inspector.capture.schema import CaptureError
from inspector.capture.writer import Writer
from inspector.cli.printing import print_note
from inspector.cli.termination import ended_in_order
from inspector.replay.credentials import CredentialProblem
from inspector.replay.record import open_record
from inspector.replay.sending import SendProblem


def run_recorded(
    capture: Path, options: Mapping[str, Any], work: Callable[[Writer], Awaitable[None]]
) -> bool:
    """Whether it came to its end; False where Ctrl-C ended it. Raises click's error where it could not begin.

    `options` are the recorder's, as for `open_record`.
    """
    problems: list[str] = []
    try:
        writer = open_record(capture, options, lambda said: problems.append(said) if said else None)
    except CaptureError as error:
        raise click.ClickException(str(error)) from None

    async def all_of_it() -> None:
        await work(writer)

    done = True
    with ExitStack() as ending:
        ending.callback(writer.close)
        ending.enter_context(ended_in_order())
        try:
            asyncio.run(all_of_it())
        except KeyboardInterrupt:
            done = False
        except (CredentialProblem, SendProblem) as error:
            raise click.ClickException(str(error)) from None
    for problem in dict.fromkeys(problems):
        print_note(problem)
    return done
