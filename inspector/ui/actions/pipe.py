"""A text piped through a shell command, bounded in time and in what comes back.

A command is over when the shell is. What it left in the background may hold its output open for as long as it
likes: what had come by then is taken, and it is left alone.
"""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

PATIENCE = 20.0  # seconds
MOST = 4_000_000  # bytes of output, and of what it says of errors
_QUIET = 0.2  # seconds without a word after which what still holds the output is not waited for
_DYING = 1.0  # seconds in which what was killed is gone, but for what has left its group


@dataclass(frozen=True, slots=True)
class Piped:
    """What a command made of it. `status` is None when it was ended by us, for the reason in `ended`."""

    out: bytes
    err: bytes
    status: int | None
    ended: str = ""

    @property
    def words(self) -> str:
        """How it ended."""
        if self.status is None:
            return f"ended: {self.ended}"
        return f"killed by signal {-self.status}" if self.status < 0 else f"exit status {self.status}"


class Leash:
    """With which a person ends a command that runs."""

    def __init__(self) -> None:
        self.was_pulled = False
        self._limit: asyncio.Timeout | None = None

    def pull(self) -> None:
        """End it now; what it has said by then is kept."""
        self.was_pulled = True
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(0.0)  # which was long ago

    @asynccontextmanager
    async def within(self, patience: float) -> AsyncIterator[None]:
        """Raises TimeoutError after so many seconds, or when it is pulled."""
        try:
            async with asyncio.timeout(0.0 if self.was_pulled else patience) as self._limit:
                yield
        finally:
            self._limit = None


async def pipe(
    text: str, command: str, *, leash: Leash | None = None, patience: float = PATIENCE, most: int = MOST
) -> Piped:
    """Runs a command in the shell with a text as its input; where we end it, all that it started ends too.

    Raises OSError where there is no shell.
    """
    leash = leash or Leash()
    transport, run = await asyncio.get_running_loop().subprocess_shell(
        lambda: _Run(most),
        command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=os.name == "posix",  # a group of its own, to be ended as one
    )
    stdin = transport.get_pipe_transport(0)
    assert isinstance(stdin, asyncio.WriteTransport)
    stdin.write(text.encode("utf-8", "surrogateescape"))
    stdin.close()  # once all of it is written; a command need not read it, as `head` does not
    ended = "the screen was closed"
    try:
        async with leash.within(patience):
            await run.over.wait()
            if not run.is_full:
                await run.quiet()
        ended = f"its output went on after {most:,} bytes" if run.is_full else ""
    except TimeoutError:
        ended = "by hand" if leash.was_pulled else f"it took longer than {patience:g} s"
    finally:
        try:
            if ended:
                _kill(transport)
                await run.gone(_DYING)
        finally:
            if 0 in run.open:
                stdin.abort()  # it may hold what nobody reads
            transport.close()
    status = None if ended else transport.get_returncode()
    return Piped(bytes(run.out), bytes(run.err), status, ended)


class _Run(asyncio.SubprocessProtocol):
    """A command that runs: what it has said so far, and what of it is over."""

    def __init__(self, most: int) -> None:
        self.out, self.err = bytearray(), bytearray()
        self.over = asyncio.Event()  # the shell has ended, or said too much
        self.is_full = False
        self._most = most
        self._has_ended = False
        self.open = {0, 1, 2}  # its pipes
        self._news = asyncio.Event()  # something came or ended

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Output, as much as is wanted."""
        into = self.out if fd == 1 else self.err
        into += data[: self._most - len(into)]
        if len(into) >= self._most:
            self.is_full = True
            self.over.set()
        self._news.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Nobody holds that end any more."""
        self.open.discard(fd)
        self._news.set()

    def process_exited(self) -> None:
        """The shell has ended."""
        self._has_ended = True
        self.over.set()
        self._news.set()

    async def quiet(self) -> None:
        """Until its output is closed, or nothing more comes of it."""
        with suppress(TimeoutError):
            while self.open & {1, 2} and not self.is_full:
                self._news.clear()
                async with asyncio.timeout(_QUIET):
                    await self._news.wait()

    async def gone(self, patience: float) -> None:
        """Until the shell has ended and nobody holds its output, as soon after it was killed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self.open & {1, 2} or not self._has_ended:
                    self._news.clear()
                    await self._news.wait()


def _kill(transport: asyncio.SubprocessTransport) -> None:
    """The command, and what it started."""
    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(transport.get_pid(), signal.SIGKILL)
        else:
            transport.kill()
