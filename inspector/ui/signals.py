"""Signals that tell the app to leave: told to end, or the terminal was closed under it.

Killed by them it would leave the terminal in disorder, and whoever started it could not tidy up behind it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable

STANDARD = (0, 1, 2)


def leave_on_signals(leave: Callable[[], object]) -> None:
    """Call `leave` in the running event loop at SIGTERM and at SIGHUP, until the loop is closed."""
    loop = asyncio.get_running_loop()
    terminals = [number for number in STANDARD if os.isatty(number)]

    def hang_up() -> None:
        _let_go(terminals)
        leave()

    with contextlib.suppress(NotImplementedError):  # Windows, which has no SIGHUP either
        loop.add_signal_handler(signal.SIGTERM, leave)
        loop.add_signal_handler(signal.SIGHUP, hang_up)


def _let_go(terminals: list[int]) -> None:
    """Point what was a terminal, and is none any more, at nothing: what is read or said from here on would
    only fail.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in terminals:
        if not os.isatty(number):
            os.dup2(nothing, number)
    os.close(nothing)
