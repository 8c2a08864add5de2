"""What passed through the simulator, kept for tests to compare: answers as sent, and what failed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum

from inspector.simulator.script import Headers, Received


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

    `bodies`: whether those are kept, of requests and of answers.
    """

    def __init__(self, *, bodies: bool = True) -> None:
        self.bodies = bodies
        self.received: list[Received] = []
        self.sent: list[Sent] = []
        self.malformed: list[str] = []
        self.failures: list[Exception] = []
        self.changed = threading.Condition()

    def tell(self) -> None:
        """Wake whoever waits for something to have passed."""
        with self.changed:
            self.changed.notify_all()
