"""The imitation's HTTP/1.1 server: asyncio and h11, loopback, an answer's steps played exactly as written.

A connection is a small state machine; h11 keeps the HTTP rules, this file the times and the ends:

    reading --request complete--> answering --body ended--> reading (keep-alive) | closed
    any state --client leaves (FIN or RST)--> closed; `sent[n].end` says that it was the client
    answering --Close / Reset step--> closed

Everything that came in is in `Simulator.received`, everything that went out in `Simulator.sent`, under the same index.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import h11

from inspector.simulator.script import (
    Answer,
    Close,
    Gate,
    Handler,
    Head,
    Headers,
    HoldOpen,
    Raw,
    Received,
    Reset,
    Send,
    Step,
    Wait,
    WaitFor,
    whole_json,
)

MAX_HEAD = 1 << 20  # bytes of request line and headers, and of requests sent ahead while an answer runs
MAX_BODY = 64 << 20
MAX_CONNECTIONS = 512


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
    """What went out for one request: exactly the body bytes that were written, one entry a chunk."""

    status: int
    headers: Headers
    chunks: list[bytes] = field(default_factory=list)
    end: End = End.OPEN

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)


class Simulator:
    """A server on loopback that asks `handler` for the answer to each request.

    `async with Simulator(handler) as simulator:` in async code, `with running(handler) as simulator:` elsewhere.
    `handler` runs on the server's loop: it must not block. An exception in it is a 500 answer and kept in `failures`.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        base_path: str = "/openai/v1",
    ) -> None:
        self.handler = handler
        self.host = host
        self.port = port
        self.base_path = base_path
        self.received: list[Received] = []
        self.sent: list[Sent] = []
        self.malformed: list[str] = []  # requests that were not HTTP, in h11's words
        self.failures: list[Exception] = []
        self.connections = 0  # ever opened
        self._tls = tls
        self._open: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._changed = threading.Condition()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, the port being the real one."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return self.url + self.base_path

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(self, *_exc: object) -> None:
        raise NotImplementedError

    def wait_until(self, condition: Callable[[], bool], timeout: float = 10.0) -> None:
        """Block a thread until `condition()` holds; looked at whenever something was received or sent. TimeoutError."""
        raise NotImplementedError


@contextlib.contextmanager
def running(handler: Handler, **options: object) -> Iterator[Simulator]:
    """A simulator on a thread of its own, for synchronous code. The handler's first failure is raised at the end."""
    raise NotImplementedError
    yield
