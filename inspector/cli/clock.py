"""How long a response has been waited for, on stderr: a clock at a terminal, else a line for each change."""

from __future__ import annotations

import asyncio
import sys
import time

import click

from inspector.cli.one_sent import trouble
from inspector.cli.printing import print_note
from inspector.replay.stored import UNDER_WAY, Look

_EVERY = 0.1  # seconds between two figures


class Clock:
    """Runs in `async with`; `tell` it what is heard."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._status: str | None = "asked"
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._began = time.monotonic()
        if sys.stderr.isatty():
            self._task = asyncio.create_task(self._run())

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            click.echo("\r\x1b[K", err=True, nl=False)

    def tell(self, look: Look) -> None:
        """Something was heard."""
        if look.status == self._status:
            return
        self._status = look.status
        if self._task is not None:
            return
        if look.status in UNDER_WAY:
            print_note(f"{look.status} ({look.seconds:.1f} s)")
        elif look.again is not None:
            print_note(f"{trouble(look.sent, None) or 'no response'}; trying again ({look.seconds:.1f} s)")

    async def _run(self) -> None:
        while True:
            status = self._status or "no answer, trying again"
            shown = "".join(letter for letter in status if letter.isprintable())
            click.echo(f"\r\x1b[K{shown}  {time.monotonic() - self._began:.1f} s", err=True, nl=False)
            await asyncio.sleep(_EVERY)
