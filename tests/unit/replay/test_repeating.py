"""One call, many times."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from inspector.capture.model import Outcome
from inspector.capture.summary import Summary
from inspector.replay.repeating import repeat
from inspector.replay.sending import SendProblem, Sent


def sent(number: int) -> Sent:
    return Sent(number, 200, Outcome.COMPLETE, None, Summary(), (), b"")


class Line:
    """Calls that stand in line until they are let go."""

    def __init__(self) -> None:
        self.begun = self.running = self.most = 0
        self.cancelled = 0
        self.go = asyncio.Event()

    async def send(self) -> Sent:
        number = self.begun
        self.begun += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1
        return sent(number)

    async def until_begun(self, count: int) -> None:
        while self.begun < count:  # noqa: ASYNC110 - a turn of the loop, not a time
            await asyncio.sleep(0)


async def test_so_many_at_once_and_each_is_told() -> None:
    line, told = Line(), []
    task = asyncio.create_task(repeat(line.send, 5, concurrency=2, on_sent=told.append))
    await line.until_begun(2)
    line.go.set()
    found = await task
    assert [one.exchange for one in found] == [0, 1, 2, 3, 4]
    assert sorted(one.exchange or 0 for one in told) == [0, 1, 2, 3, 4]
    assert line.most == 2


async def test_all_are_cancelled_together_and_the_rest_not_begun() -> None:
    line = Line()
    task = asyncio.create_task(repeat(line.send, 5, concurrency=2))
    await line.until_begun(2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (line.begun, line.cancelled) == (2, 2)


async def test_what_cannot_be_sent_ends_it_with_its_own_words() -> None:
    async def refused() -> Sent:
        raise SendProblem("no")

    with pytest.raises(SendProblem, match="no"):
        await repeat(refused, 3, concurrency=3)


async def test_many_are_not_kept_in_memory() -> None:
    async def long() -> Sent:
        return replace(sent(1), body=b"x" * 100)

    heard: list[bytes] = []
    many = await repeat(long, 2, on_sent=lambda one: heard.append(one.body))
    (one,) = await repeat(long, 1)
    assert [each.body for each in many] == [b"", b""]
    assert [len(body) for body in (*heard, one.body)] == [100, 100, 100]
