"""Whether a process is still the one it was: a pid alone comes back for another program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def start_of(pid: int) -> str | None:
    """A text that is the same for a process as long as it lives, and another for the next one with its pid.

    None when there is no such process (a zombie is none). Linux: start time in ticks since boot, and the
    boot; elsewhere on POSIX: the start as ps tells it; on Windows (not tried): the program's name.
    """
    if sys.platform == "linux":
        return _from_proc(pid)
    if os.name == "posix":
        return _from_ps(pid)
    return _from_tasklist(pid)


def _from_proc(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    # proc(5): the command, field 2, is in parentheses and may hold anything; the rest are plain words.
    words = stat.rpartition(")")[2].split()
    state, ticks = words[0], words[19]
    return None if state in "ZXx" else f"{boot}-{ticks}"


def _from_ps(pid: int) -> str | None:
    told = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout.split(maxsplit=1)
    return None if len(told) < 2 or told[0].startswith("Z") else told[1].strip()


def _from_tasklist(pid: int) -> str | None:
    # os.kill(pid, 0) is no question on Windows: 0 is CTRL_C_EVENT there.
    query = ["tasklist", "/NH", "/FO", "CSV", "/FI", f"PID eq {pid}"]
    told = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    return told.split(",")[0] if f'"{pid}"' in told else None
