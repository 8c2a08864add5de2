"""Who runs: every proxy keeps a record of itself in the state folder, and anyone can find and stop it.

A record is one JSON file named by the proxy's pid, always replaced whole. It counts as long as the process
that wrote it lives, told by pid and start (see capture.liveness); records of the dead are removed by whoever
comes across them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inspector import folders
from inspector.capture import liveness
from inspector.protocol.codex import config_block


@dataclass(frozen=True, slots=True)
class Running:
    """A proxy that runs. Times are Unix times."""

    pid: int
    listening: str  # http://127.0.0.1:8080
    base_url: str | None  # for the client; None in forward mode
    capture: Path
    upstream: str | None  # its base URL
    mode: str
    forward: bool
    started: float
    host: str = ""  # the machine it runs on
    identity: str = ""  # tells it from other processes that had, or will have, its pid
    problem: str | None = None  # why recording does not work just now, in words
    connections: int = 0  # open now
    last_activity: float | None = None  # the last time a connection opened or closed
    log: Path | None = None  # where its narration goes
    certificate: Path | None = None  # forward mode: what the client must trust
    api_version: str | None = None  # the upstream's, which the client has to send

    @property
    def config_block(self) -> str | None:
        """The lines of config.toml that point Codex at this proxy; None in forward mode."""
        if self.base_url is None:
            return None
        query = {"api-version": self.api_version} if self.api_version else None
        return config_block(self.base_url, query_params=query)

    @property
    def alive(self) -> bool:
        """Whether that very process still runs."""
        return liveness.alive(self.pid, self.host, self.identity)

    def announcement(self) -> dict[str, Any]:
        """What a start prints as JSON: listening, base_url, capture, pid."""
        return {
            "listening": self.listening,
            "base_url": self.base_url,
            "capture": str(self.capture),
            "pid": self.pid,
        }


def running() -> list[Running]:
    """The proxies that run, the newest first."""
    found = []
    for path in folder().glob("*.json"):
        record = _read(path)
        if record is None:
            continue  # being replaced, or not ours
        if record.alive:
            found.append(record)
        else:
            path.unlink(missing_ok=True)
    return sorted(found, key=lambda record: record.started, reverse=True)


def find(
    *, listening: str | None = None, pid: int | None = None, capture: Path | None = None
) -> Running | None:
    """The newest running proxy of which all that is given is true."""
    for record in running():
        if (
            (listening is None or record.listening == listening)
            and (pid is None or record.pid == pid)
            and (capture is None or record.capture == capture.absolute())
        ):
            return record
    return None


def find_port(port: int) -> Running | None:
    """The running proxy that listens on a port."""
    return next((record for record in running() if record.listening.endswith(f":{port}")), None)


def stop(proxy: Running, timeout: float = 15.0) -> bool:
    """Asks a proxy to end and waits for it; False when it still runs after `timeout` seconds."""
    with contextlib.suppress(ProcessLookupError):
        if proxy.alive:
            os.kill(proxy.pid, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    while proxy.alive:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    _path(proxy.pid).unlink(missing_ok=True)
    return True


def write(record: Running) -> None:
    """Puts a record in place, whole: readers see the old one or the new one."""
    values = {
        name: str(value) if isinstance(value, Path) else value for name, value in asdict(record).items()
    }
    path = _path(record.pid)
    draft = path.with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(values, file)
    draft.replace(path)


def remove(pid: int) -> None:
    """Takes a record away."""
    _path(pid).unlink(missing_ok=True)


def folder() -> Path:
    """Where records and logs of proxies are."""
    path = folders.state() / "proxies"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _path(pid: int) -> Path:
    return folder() / f"{pid}.json"


def _read(path: Path) -> Running | None:
    try:
        values = json.loads(path.read_text())
        for name in ("capture", "log", "certificate"):
            values[name] = Path(values[name]) if values[name] else None
        return Running(**values)
    except (OSError, ValueError, TypeError, KeyError):
        return None
