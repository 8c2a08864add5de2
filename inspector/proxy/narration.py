"""What a running proxy says: lines on stderr, for a person or the log file. Stdout is for data only."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable


def start() -> None:
    """From now on our information and mitmproxy's warnings go to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("inspector").setLevel(logging.INFO)


class CrashReporter(logging.Handler):
    """Hands on the tracebacks that mitmproxy logs: its protocol layers survive exceptions by logging them."""

    def __init__(self, report: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._report = report
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Only what mitmproxy itself says: our own failures are reported where they happen."""
        if record.exc_info and record.name.startswith("mitmproxy"):
            self._report(self.format(record))
