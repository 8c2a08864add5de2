"""`python -m inspector.proxy`: the proxy as a process of its own.

Settings come as JSON on stdin; when it is ready it says one JSON line on stdout, which is the announcement,
or {"failed": "..."} before an exit with status 1. If nobody is there to hear that it is ready it ends:
whoever started it was killed meanwhile, and nobody else knows of it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from inspector.proxy.failure import ProxyFailed
from inspector.proxy.registry import Running
from inspector.proxy.serve import serve
from inspector.proxy.settings import ProxySettings


def main() -> int:
    """Serve as told on stdin."""
    parser = argparse.ArgumentParser(prog="python -m inspector.proxy")
    parser.add_argument("--log", type=Path, help="where stderr goes")
    log = parser.parse_args().log
    settings = ProxySettings.from_json(sys.stdin.read())
    try:
        return serve(settings, _announce, log=log)
    except ProxyFailed as failed:
        _say({"failed": str(failed)})
        sys.stderr.write(f"{failed}\n")
        return 1


def _announce(running: Running) -> None:
    if not _say(running.announcement()):
        signal.raise_signal(signal.SIGTERM)


def _say(value: dict[str, Any]) -> bool:
    """Whether there was somebody to say it to."""
    try:
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stdout for the rest of this process
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
