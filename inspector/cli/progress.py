"""How far a command is that takes more than a moment: a bar on stderr, for a person at a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from inspector.protocol.progress import Progress, untold

AFTER = 0.5  # seconds that pass without one
EVERY = 0.1  # seconds between two steps of it


@contextmanager
def shown(label: str) -> Iterator[Progress]:
    """What to tell: the bar comes when it has taken a while, and is left standing at the end."""
    if not sys.stderr.isatty():
        yield untold
        return
    with ExitStack() as stack:
        due = time.monotonic() + AFTER
        bar = None

        def tell(done: int, total: int) -> None:
            nonlocal bar, due
            if time.monotonic() < due:
                return
            if bar is None:
                bar = stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr))
            bar.update(done - bar.pos)
            due = time.monotonic() + EVERY

        yield tell
        if bar is not None and bar.length is not None:
            bar.update(bar.length - bar.pos)
