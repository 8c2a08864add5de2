"""An imitation of Azure that captured requests can be sent to again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.replay.credentials import KEYS
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service
from inspector.ui.app import InspectorApp


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def _story(ask: Ask) -> Answer:
    return ask.say(Text(f"to {ask.prompts[-1]}"))


@pytest.fixture
def upstream() -> Iterator[Simulator]:
    """It answers what it was asked last."""
    with running(Service(_story)) as simulator:
        yield simulator


@pytest.fixture
def points_to() -> Callable[[Path, str], Path]:
    """Makes a capture one whose exchanges went to an address."""

    def change(path: Path, base_url: str) -> Path:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE exchanges SET url = ? || '/responses'", (base_url,))
        return path

    return change


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was told in toasts."""
    found: list[str] = []
    monkeypatch.setattr(InspectorApp, "notify", lambda _, words, **__: found.append(words))
    return found


@pytest.fixture
def children() -> Callable[[Path], list[Exchange]]:
    """The exchanges of a capture that were sent from here."""

    def read(path: Path) -> list[Exchange]:
        with closing(Reader(path)) as reader:
            return [each for each in reader.exchanges() if each.made is not None]

    return read
