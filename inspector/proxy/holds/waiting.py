"""One thing that is held: what the event loop waits for and the watcher's thread keeps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from inspector.capture.held.desk import Entry
from inspector.capture.held.values import IDLE_TIMEOUT, RELEASED, Act, Decision, Rule, State
from inspector.capture.model import Headers
from inspector.capture.writer import Handle

Patience = Callable[[], float]
"""Tells for how many seconds the client bears silence; may read a file."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a hold ended: without a decision, what was held goes on as it is."""

    state: State
    decision: Decision = RELEASED
    by: str = ""

    @property
    def act(self) -> Act:
        """What is to be done."""
        return self.decision.act


@dataclass(eq=False, slots=True)
class Waiting:
    """`future` belongs to the event loop `loop`, `number` to the watcher."""

    handle: Handle
    rule: Rule
    app: int
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Ended]
    status: int | None = None
    headers: Headers = ()
    body: bytes | None = field(default=None, repr=False)
    event_type: str | None = None
    silent_since: float | None = None  # Unix time
    patience: Patience = lambda: IDLE_TIMEOUT
    at: float = field(default_factory=time.time)
    until: float = field(init=False)  # monotonic
    number: int | None = None

    def __post_init__(self) -> None:
        self.until = time.monotonic() + self.rule.seconds

    @property
    def is_up(self) -> bool:
        """Whether its time is: by the clock on the wall too, which people see, and which goes on in sleep."""
        return time.monotonic() >= self.until or time.time() >= self.deadline

    @property
    def deadline(self) -> float:
        """The end of its time, as people are told of it."""
        return self.at + self.rule.seconds

    def entry(self, exchange: int) -> Entry:
        """As it is entered into the capture."""
        return Entry(
            exchange=exchange,
            rule=self.rule,
            app=self.app,
            at=self.at,
            deadline=self.deadline,
            status=self.status,
            headers=self.headers,
            body=self.body,
            event_type=self.event_type,
            silent_since=self.silent_since,
            idle_timeout=self.patience(),
        )

    def end(self, ended: Ended) -> None:
        """From any thread; the first one counts."""
        call(self.loop, self._end, ended)

    def _end(self, ended: Ended) -> None:
        if not self.future.done():
            self.future.set_result(ended)


def call(loop: asyncio.AbstractEventLoop, what: Callable[..., None], *arguments: object) -> None:
    """Has the event loop call it soon, from any thread; a loop that is over needs no call any more."""
    try:
        loop.call_soon_threadsafe(what, *arguments)
    except RuntimeError:
        if not loop.is_closed():
            raise
