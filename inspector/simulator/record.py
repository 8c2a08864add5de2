"""What passed through the simulator, kept for tests to compare: answers as sent, and what failed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum

from inspector.simulator.script import Headers, Received

FIRST = 100  # of what went wrong, where little is kept


class End(StrEnum):
    """How an answer ended."""

    OPEN = "open"  # still being sent
    COMPLETE = "complete"
    CLOSED = "closed"  # by a Close step
    RESET = "reset"  # by a Reset step
    CLIENT_GONE = "client-gone"  # the client left before the last step
    STOPPED = "stopped"  # the simulator ended first


@dataclass(slots=True)
class Sent:
    """What went out for one request: exactly the body bytes written, one entry a chunk, and when."""

    status: int
    headers: Headers
    chunks: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)  # time.monotonic() of each chunk
    end: End = End.OPEN

    @property
    def body(self) -> bytes:
        """All chunks joined."""
        return b"".join(self.chunks)


class Log:
    """What passed, written by the connections and read from any thread, which `changed` wakes.

    `keeps`: whether requests and answers are kept. Without, of what went wrong the `FIRST` are.
    """

    def __init__(self, *, keeps: bool = True) -> None:
        self._keeps = keeps
        self.count = 0  # of requests
        self.received: list[Received] = []
        self.sent: list[Sent] = []
        self.malformed: list[str] = []
        self.failures: list[Exception] = []
        self.changed = threading.Condition()

    def add(self, received: Received, sent: Sent) -> None:
        """A request is whole, and its answer begins."""
        self.count += 1
        if self._keeps:
            self.received.append(received)
            self.sent.append(sent)
        self.tell()

    def went_out(self, sent: Sent, data: bytes) -> None:
        """A chunk of an answer."""
        if self._keeps:
            sent.chunks.append(data)
            sent.times.append(time.monotonic())
            self.tell()

    def was_malformed(self, why: str) -> None:
        """A request was no HTTP, or stopped in the middle."""
        if self._keeps or len(self.malformed) < FIRST:
            self.malformed.append(why)
        self.tell()

    def failed(self, failure: Exception) -> None:
        """The handler raised it, or it is an answer that HTTP does not allow."""
        if self._keeps or len(self.failures) < FIRST:
            self.failures.append(failure.with_traceback(None) if not self._keeps else failure)
        self.tell()

    def tell(self) -> None:
        """Wake whoever waits for something to have passed."""
        with self.changed:
            self.changed.notify_all()
