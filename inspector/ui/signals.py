"""Signals that tell the app to leave, and a terminal that is gone or that nobody reads any more.

Killed by a signal it would leave the terminal in disorder, and whoever started it could not tidy up behind
it. And it must end in any case: where nobody reads what is written, the app waits in the middle of a write
and hears no signal; where the terminal went without one, there is nothing but the end of what can be read,
which Textual's thread for keys would read again and again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
from collections.abc import Callable
from functools import partial
from threading import Event, Lock, Thread

STANDARD = (0, 1, 2)
LOOK_EVERY = 0.5  # seconds between looks at whether the terminal is still there
PATIENCE = 3.0  # seconds that a terminal may take nothing, once the app was told to leave


def leave_on_signals(leave: Callable[[], object]) -> None:
    """Call `leave` in the running event loop at SIGTERM and at SIGHUP, and when the terminal is gone, until
    the loop is closed.
    """
    loop = asyncio.get_running_loop()
    terminals = _Terminals()
    told = Event()

    def hang_up() -> None:
        terminals.let_go()
        leave()

    with contextlib.suppress(NotImplementedError):  # Windows, which has no SIGHUP either
        for number, answer in ((signal.SIGTERM, leave), (signal.SIGHUP, hang_up)):
            loop.add_signal_handler(number, answer)
            # The loop hears of a signal by a byte that the interpreter writes to it, whatever this is; this
            # is called even while the loop waits for a write to end.
            signal.signal(number, lambda *_: told.set())
    if terminals.numbers and sys.platform != "win32":
        watch = partial(_watch, loop, terminals, told, leave)
        Thread(target=watch, daemon=True, name="terminal").start()


def _watch(
    loop: asyncio.AbstractEventLoop, terminals: _Terminals, told: Event, leave: Callable[[], object]
) -> None:
    """In a thread: leave when the terminal went without a signal; end the process where nothing else can."""
    while not told.wait(LOOK_EVERY) and not loop.is_closed():
        if terminals.let_go():
            with contextlib.suppress(RuntimeError):  # it was closed just now
                loop.call_soon_threadsafe(leave)
            told.set()
    stuck = 0.0
    pause = Event()
    while stuck < PATIENCE and not loop.is_closed():
        terminals.let_go()  # the loop may be slow to do it
        stuck = 0.0 if terminals.take_more() else stuck + LOOK_EVERY
        pause.wait(LOOK_EVERY)
    if not loop.is_closed():
        os.kill(os.getpid(), signal.SIGKILL)  # from which a shell knows to put its terminal in order


class _Terminals:
    """Which of the standard streams are terminals; any thread."""

    def __init__(self) -> None:
        self.numbers = [number for number in STANDARD if os.isatty(number)]
        self._lock = Lock()

    def let_go(self) -> bool:
        """Point what was a terminal, and is none any more, at nothing: what is read or said from here on
        would only fail. True if there was any.

        It is a nothing that has no end, else whoever waits for keys would be busy reading it; and for one who
        is just about to read, there is the beginning of a character, which is no key.
        """
        with self._lock:
            gone = [number for number in self.numbers if not os.isatty(number)]
            if gone:
                silence, kept_open = os.pipe()
                os.write(kept_open, b"\xc2")
                nothing = os.open(os.devnull, os.O_WRONLY)
                for number in gone:
                    os.dup2(silence if number == 0 else nothing, number)
                    self.numbers.remove(number)
                os.close(silence)
                os.close(nothing)
        return bool(gone)

    def take_more(self) -> bool:
        """Whether nobody waits in vain to write."""
        return len(select.select([], self.numbers, [], 0)[1]) == len(self.numbers)
