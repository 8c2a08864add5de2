"""SIGTERM and SIGHUP as an orderly end: what a command has started it also stops."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Within it these signals are an exception, SystemExit with 128 + N, where the default is to be gone."""
    names = ("SIGTERM",) if sys.platform == "win32" else ("SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names]
    # An ignored SIGHUP is nohup's.
    before = {number: signal.signal(number, _leave) for number in numbers if _is_default(number)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_default(number: int) -> bool:
    return signal.getsignal(number) is signal.SIG_DFL


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
