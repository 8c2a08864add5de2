"""Starting a proxy as a process of its own, which goes on when whoever started it is gone.

The child is the module `inspector.proxy` in a session of its own, so that neither Ctrl-C nor a closed
terminal reaches it. Its settings travel over stdin, because they may hold a password; its first line on
stdout says that it accepts connections, or why not; its stderr is a log file beside its record.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from inspector import interpreter
from inspector.proxy import registry
from inspector.proxy.failure import ProxyFailed
from inspector.proxy.registry import Running
from inspector.proxy.settings import ProxySettings

__all__ = ["ProxyFailed", "spawn"]

KEPT_LOGS = 20


def spawn(settings: ProxySettings, *, timeout: float = 30.0) -> Running:
    """Starts a detached proxy and returns when it accepts connections. Raises ProxyFailed."""
    try:
        settings.check()
    except ValueError as error:
        raise ProxyFailed(str(error)) from None
    log = _new_log()
    with log.open("ab") as stderr:
        child = subprocess.Popen(
            interpreter.command("inspector.proxy", "--log", str(log)),
            env=interpreter.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    # Somebody must collect its exit status, whenever that comes: else a dead proxy looks like a living one.
    threading.Thread(target=child.wait, name="proxy's end", daemon=True).start()
    try:
        said = _first_line(child, settings.to_json(), timeout)
    except BaseException:  # Ctrl-C or SIGTERM while it starts: nobody would know of it
        child.terminate()
        raise
    if said is None:
        child.kill()
        child.wait()
        raise ProxyFailed(f"The proxy did not start within {timeout:g} seconds; its log is {log}.")
    if "pid" not in said:
        child.wait()
        raise ProxyFailed(said.get("failed") or f"The proxy ended before it was ready; its log is {log}.")
    running = registry.find(pid=child.pid)
    if running is None:
        raise ProxyFailed(f"The proxy ended right after it was ready; its log is {log}.")
    return running


def _first_line(child: subprocess.Popen[bytes], settings: str, timeout: float) -> dict[str, Any] | None:
    """What the child says first, {} when it ends without a word, None when time is up."""
    assert child.stdin is not None
    assert child.stdout is not None
    stdin, stdout = child.stdin, child.stdout
    said: list[bytes] = []

    def converse() -> None:  # pipes take no timeout, threads do
        try:
            stdin.write(settings.encode())
            stdin.close()
        except BrokenPipeError:
            pass  # it ended already; stdout has its reason
        said.append(stdout.readline())
        stdout.close()

    thread = threading.Thread(target=converse, name="spawn", daemon=True)
    thread.start()
    thread.join(timeout)
    if not said:
        return None
    try:
        told = json.loads(said[0])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _new_log() -> Path:
    folder = registry.folder()
    logs = sorted(folder.glob("*.log"))
    for old in logs[: max(0, len(logs) - KEPT_LOGS)]:
        old.unlink(missing_ok=True)
    path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{time.monotonic_ns()}.log"
    path.touch(mode=0o600)
    return path
