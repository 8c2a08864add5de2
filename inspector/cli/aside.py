"""Work beside an event loop: done by one thread, in order, so that what the loop measures is not held up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Value = TypeVar("Value")


@contextmanager
def aside(work: Callable[[Value], None]) -> Iterator[Callable[[Value], None]]:
    """Hands values over to `work`. What that raises comes out of the next one handed over, or of the end."""
    under_way: deque[Future[None]] = deque()

    def hand_over(value: Value) -> None:
        while under_way and under_way[0].done():
            under_way.popleft().result()
        under_way.append(thread.submit(work, value))

    with ThreadPoolExecutor(1) as thread:
        yield hand_over
    for each in under_way:
        each.result()
