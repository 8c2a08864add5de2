"""The clock of a wait: going on at a terminal, a line for each change elsewhere."""

from __future__ import annotations

import asyncio
import re
import sys

import click
import pytest

from inspector.capture.model import Outcome
from inspector.capture.summary import Summary
from inspector.cli import clock
from inspector.cli.clock import Clock
from inspector.replay.sending import Sent
from inspector.replay.stored import Look


def look(status: str | None, seconds: float) -> Look:
    return Look(status, seconds, 1, Sent(1, 200, Outcome.COMPLETE, None, Summary(), (), b""))


async def wait(*looks: Look, enough: asyncio.Event | None = None) -> None:
    running = Clock()
    async with running:
        for each in looks:
            running.tell(each)
        if enough is not None:
            await asyncio.wait_for(enough.wait(), 20)


def test_elsewhere_each_change_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(
        wait(look("queued", 0.5), look("queued", 1.0), look("in_progress", 2.0), look("completed", 3.0))
    )
    assert capsys.readouterr().err == "queued (0.5 s)\nin_progress (2.0 s)\n"


@pytest.mark.parametrize(
    ("status", "words"), [("queued", "queued"), (None, "no answer, trying again"), ("\x1b[31mx", "[31mx")]
)
def test_at_a_terminal_it_goes_on_and_is_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch, status: str | None, words: str
) -> None:
    told: list[str] = []
    enough = asyncio.Event()

    def echo(text: str, **_: object) -> None:
        told.append(text)
        if len(told) > 3:
            enough.set()

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(clock, "_EVERY", 0.001)
    monkeypatch.setattr(click, "echo", echo)
    asyncio.run(wait(look(status, 1.0), enough=enough))
    going = re.compile(rf"\r\x1b\[K{re.escape(words)}  \d+\.\d s")
    assert all(going.fullmatch(text) for text in told[1:-1])
    assert told[-1] == "\r\x1b[K"
