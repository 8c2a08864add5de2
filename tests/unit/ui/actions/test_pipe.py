"""A text through a command: what comes back, how it ended, and that it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.ui.actions.pipe import Leash, pipe

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the commands are those of a POSIX shell")


async def test_what_it_makes_of_it():
    piped = await pipe("né\udc80\n" * 3, "sort | uniq -c; echo oh >&2; exit 3")
    assert piped.out.split() == [b"3", "né".encode() + b"\x80"]
    assert (piped.err, piped.status, piped.words) == (b"oh\n", 3, "exit status 3")


async def test_a_command_that_does_not_read_all_of_it():
    piped = await pipe("line\n" * 500_000, "head -n 2")
    assert (piped.out, piped.status) == (b"line\nline\n", 0)
    assert (await pipe("x" * 5_000_000, "true")).status == 0


async def test_a_command_that_is_none():
    piped = await pipe("", "surely-there-is-no-such-command")
    assert piped.status == 127
    assert b"surely-there-is-no-such-command" in piped.err


def is_running(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def is_gone(pid: int) -> bool:
    """Whether it ends within some seconds: one that was killed has let go of its output a little earlier."""
    deadline = time.monotonic() + 20
    while is_running(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


async def test_one_that_does_not_end_is_ended_with_all_it_started(
    tmp_path: Path, until_there: Callable[[Path], str]
):
    piped = await pipe("", f"sleep 300 & echo $! > {tmp_path}/pid; echo said; wait", patience=0.5)
    assert (piped.out, piped.status, piped.words) == (b"said\n", None, "ended: it took longer than 0.5 s")
    assert is_gone(int(until_there(tmp_path / "pid")))


async def test_one_is_ended_by_hand_with_all_it_started(tmp_path: Path, until_there: Callable[[Path], str]):
    leash = Leash()
    command = f"sleep 300 & echo said; echo $! > {tmp_path}/pid; wait"
    running = asyncio.create_task(pipe("", command, leash=leash, patience=60))
    child = int(await asyncio.to_thread(until_there, tmp_path / "pid"))
    leash.pull()
    leash.pull()  # an impatient hand
    piped = await running
    assert (piped.out, piped.status, piped.words) == (b"said\n", None, "ended: by hand")
    assert is_gone(child)
    leash.pull()  # too late for anything
    assert (await pipe("", "sleep 300", leash=leash, patience=60)).words == "ended: by hand"


async def test_one_that_goes_on_and_on_is_cut():
    piped = await pipe("", "yes", most=100_000)
    assert len(piped.out) == 100_000
    assert piped.words == "ended: its output went on after 100,000 bytes"


async def test_one_that_kills_itself():
    assert (await pipe("", "kill -9 $$")).words == "killed by signal 9"


async def test_what_it_leaves_in_the_background_is_not_waited_for(
    tmp_path: Path, until_there: Callable[[Path], str]
):
    left = f"sleep 300 & echo $! > {tmp_path}/pid"
    piped = await pipe("x" * 1_000_000, f"{left}; head -c 300000 /dev/zero; echo oh >&2; exit 3", patience=60)
    child = int(until_there(tmp_path / "pid"))
    try:
        assert (len(piped.out), piped.err, piped.status) == (300_000, b"oh\n", 3)
        assert is_running(child)
    finally:
        os.kill(child, signal.SIGKILL)
