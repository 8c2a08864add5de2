"""A text piped through a shell command, bounded in time and in what comes back."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import dataclass

PATIENCE = 20.0  # seconds
MOST = 4_000_000  # bytes of output, and of what it says of errors
_PIECE = 65536


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


async def pipe(text: str, command: str, *, patience: float = PATIENCE, most: int = MOST) -> Piped:
    """Runs a command in the shell with a text as its input; whatever it started ends with it.

    Raises OSError where there is no shell.
    """
    process = await asyncio.create_subprocess_shell(
        command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=os.name == "posix"
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    feeding = asyncio.create_task(_feed(process.stdin, text.encode("utf-8", "surrogateescape")))
    out, err = bytearray(), bytearray()
    ended = "the screen was closed"
    try:
        async with asyncio.timeout(patience):
            whole = await asyncio.gather(
                _read(process, process.stdout, out, most), _read(process, process.stderr, err, most)
            )
            if all(whole):
                await process.wait()
                ended = ""
            else:
                ended = f"its output went on after {most:,} bytes"
    except TimeoutError:
        ended = f"it took longer than {patience:g} s"
    finally:
        if ended:
            _kill(process)
        feeding.cancel()
        process.stdin.close()
    if ended:
        await _drain(process)
    return Piped(bytes(out), bytes(err), None if ended else process.returncode, ended)


async def _feed(stdin: asyncio.StreamWriter, data: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # it need not read all, as `head` does not
        for start in range(0, len(data), _PIECE):
            stdin.write(data[start : start + _PIECE])
            await stdin.drain()
        stdin.close()
        await stdin.wait_closed()


async def _read(process: Process, stream: asyncio.StreamReader, into: bytearray, most: int) -> bool:
    """Reads to the end, True, or until there is too much of it: then the command ends."""
    while piece := await stream.read(_PIECE):
        into += piece[: most - len(into)]
        if len(into) >= most:
            _kill(process)
            return False
    return True


async def _drain(process: Process) -> None:
    """Reads what a killed command had written still, that its pipes may be closed."""
    assert process.stdout is not None
    assert process.stderr is not None
    with suppress(TimeoutError):  # what has left its group may hold them for longer
        async with asyncio.timeout(1.0):
            for stream in (process.stdout, process.stderr):
                while await stream.read(_PIECE):
                    pass
            await process.wait()


def _kill(process: Process) -> None:
    """The command, and what it started."""
    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        elif process.returncode is None:
            process.kill()
