"""Waiting for what another program writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def until_there() -> Callable[[Path], str]:
    """The text of a file, as soon as there is a line in it."""

    def wait(path: Path) -> str:
        deadline = time.monotonic() + 20
        while not (path.exists() and path.read_text().endswith("\n")):
            assert time.monotonic() < deadline, f"{path} was not written"
            time.sleep(0.005)  # the other program's turn
        return path.read_text()

    return wait
