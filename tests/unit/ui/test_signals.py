"""Told to end, or with its terminal closed, the app returns to whoever started it."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path

import pytest

PATIENCE = 30.0

PROGRAM = """
import sys
from pathlib import Path
from inspector.ui.app import InspectorApp
InspectorApp(Path(sys.argv[1])).run()
Path(sys.argv[2]).write_text("returned")
"""


def read(terminal: int, seconds: float) -> bytes:
    """What the program has written, waiting so long for the first of it; b"" at the end."""
    ready, _, _ = select.select([terminal], [], [], seconds)
    try:
        return os.read(terminal, 65536) if ready else b""
    except OSError:  # how Linux tells that the other side is closed
        return b""


needs_terminals = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no pseudo-terminals")


def started(theirs: int, ours: int, *arguments: str, lead: str) -> int:
    """The app in a process of its own at a terminal, when it shows something; its process id."""
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", lead + PROGRAM, *arguments],
        {**os.environ, "TERM": "xterm-256color"},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.ttyname(theirs), os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
        ],
        setsid=True,
    )
    written = b""
    while b"Request" not in written:
        piece = read(ours, PATIENCE)
        assert piece, written
        written += piece
    return pid


@needs_terminals
@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "SIGCONT", "closed", "closed in silence"])
def test_it_returns(turn: Path, tmp_path: Path, how: str):
    import pty
    import termios

    done = tmp_path / "done"
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    pid = started(theirs, ours, str(turn), str(done), lead="" if how == "closed in silence" else LEAD)
    closed = how.startswith("closed")
    if closed:
        os.close(theirs)
        os.close(ours)
    else:
        os.kill(pid, getattr(signal, how))
        os.kill(pid, signal.SIGTERM)
    status = ended(pid, None if closed else ours)
    assert os.waitstatus_to_exitcode(status) == 0
    assert done.read_text() == "returned"
    if not closed:
        assert termios.tcgetattr(theirs) == before
        os.close(theirs)
        os.close(ours)


@needs_terminals
def test_it_ends_where_nobody_reads_what_it_writes(turn: Path, tmp_path: Path):
    import pty

    ours, theirs = pty.openpty()
    pid = started(theirs, ours, str(turn), str(tmp_path / "done"), lead=LEAD)
    while select.select([], [theirs], [], 1.0)[1]:  # until it waits for room to write
        os.write(ours, b"t\x1b")
        time.sleep(0.02)
    os.kill(pid, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(ended(pid, None)) == -signal.SIGKILL
    os.close(theirs)
    os.close(ours)


LEAD = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
"""Makes the terminal the one that the program's session belongs to, so that its end is told to it."""


def ended(pid: int, terminal: int | None) -> int:
    """Waits for a child, reading what it writes meanwhile; its wait status."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise AssertionError("it does not end")
        if terminal is not None:
            read(terminal, 0.02)
        else:
            time.sleep(0.02)
