"""Whether the process that began a recording still runs.

A recorder leaves its host, its process number and, where the system tells, a mark of the process itself:
numbers are used again. A recorder of another host cannot be asked, so it counts as gone: a capture is live
only on the machine that writes it.
"""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from pathlib import Path


def alive(pid: int, host: str, process: str) -> bool:
    """Whether the process that `mark(pid)` described as `process` is still there."""
    if host != platform.node() or pid <= 0:
        return False
    here = mark(pid)
    if process and here:
        return process == here
    return _exists(pid)


def mark(pid: int) -> str:
    """What tells this process from others of the same number: boot and start time; "" where unknown.

    One that has ended and was not waited for by its parent is another: it does nothing any more.
    """
    try:
        # Fields 3 and 22 of proc(5) stat; the name in field 2 may hold blanks and brackets.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return f"{_boot()}/{'ended' if fields[0] in 'ZX' else fields[19]}"
    except (OSError, IndexError):
        return ""


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _exists(pid: int) -> bool:
    if sys.platform == "win32":  # signal 0 would end the process there
        import ctypes

        limited = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
        handle = ctypes.windll.kernel32.OpenProcess(limited, False, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # another user's
    return True
