"""One call, many times: so many at once, each told of as it ends, all cancelled together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from inspector.replay.sending import Sent


async def repeat(
    send: Callable[[], Awaitable[Sent]],
    times: int,
    *,
    concurrency: int = 1,
    on_sent: Callable[[Sent], None] | None = None,
) -> list[Sent]:
    """`send` that many times, at most `concurrency` at once; the results in order of their beginning.

    Of more than one the bodies are let go of once `on_sent` was told: the capture has them, memory may not.
    When cancelled, or when one raises, those that run are cancelled and the others are not begun.
    """
    room = asyncio.Semaphore(concurrency)

    async def one() -> Sent:
        async with room:
            sent = await send()
        if on_sent is not None:
            on_sent(sent)
        return sent if times == 1 else replace(sent, body=b"")

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one()) for _ in range(times)]
    except ExceptionGroup as problems:
        raise problems.exceptions[0] from None  # they all fail for the same reason, or the first ended them
    return [task.result() for task in tasks]
