"""The imitation as a server on loopback: started and stopped, in async code or on a thread of its own.

Everything that came in is in `Simulator.received`, what went out for it in `Simulator.sent`,
under the same index.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Self

from inspector.simulator.connection import Connection
from inspector.simulator.crowd import Crowd
from inspector.simulator.record import End, Log, Sent
from inspector.simulator.script import Handler, Received

__all__ = ["End", "Sent", "Simulator", "running"]

HANDSHAKE_SECONDS = 5.0  # a client that connects and says nothing must not hold up `stop` for longer


class Simulator:
    """A server that asks `handler` for the answer to each request.

    Async: `async with Simulator(handler) as simulator`; elsewhere: `with running(handler) as simulator`.
    `handler` runs on the server's loop: it must not block. An exception in it is a 500 answer, and kept in
    `failures`. `port` 0 picks a free one; `base_path` is what `base_url` ends with: the handler sees all.
    `keeps`: whether what passed is kept, for tests; one that runs for long forgets it.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        base_path: str = "/openai/v1",
        keeps: bool = True,
    ) -> None:
        self.handler = handler
        self.host = host
        self.port = port
        self.base_path = base_path
        self.connections = 0  # ever opened
        self._tls = tls
        self._log = Log(keeps=keeps)
        self._crowd: Crowd[Connection] = Crowd()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, the port being the real one."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return self.url + self.base_path

    @property
    def received(self) -> list[Received]:
        """The requests, in the order in which they were complete."""
        return self._log.received

    @property
    def sent(self) -> list[Sent]:
        """What went out for `received[n]`, growing while it is sent."""
        return self._log.sent

    @property
    def malformed(self) -> list[str]:
        """Requests that were not HTTP, or stopped in the middle, in words."""
        return self._log.malformed

    @property
    def failures(self) -> list[Exception]:
        """What the handler raised, and answers that HTTP does not allow."""
        return self._log.failures

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._connect,
            self.host,
            self.port,
            ssl=self._tls,
            ssl_handshake_timeout=HANDSHAKE_SECONDS if self._tls else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening, end every connection, and wait until they are closed."""
        if self._server is None:
            return
        self._server.close()
        await asyncio.gather(*(connection.stop() for connection in self._crowd))
        await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    def wait_until(self, condition: Callable[[], bool], timeout: float = 10.0) -> None:
        """Block this thread until `condition()` holds, asked whenever something passed; else TimeoutError.

        Not from the server's own loop: there, `await asyncio.to_thread(simulator.wait_until, ...)`.
        """
        with self._log.changed:
            if not self._log.changed.wait_for(condition, timeout):
                ends = [
                    f"{r.method} {r.target} {s.end}" for r, s in zip(self.received, self.sent, strict=False)
                ]
                raise TimeoutError(f"not so after {timeout} s; the simulator saw {ends or 'nothing'}")

    def _connect(self) -> asyncio.Protocol:
        if not self._crowd.admits():
            return _TurnedAway()
        self.connections += 1
        return Connection(self.connections - 1, self.handler, self._log, self._crowd)


class _TurnedAway(asyncio.Protocol):
    """A connection beyond the limit: closed at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


@contextlib.contextmanager
def running(
    handler: Handler,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    base_path: str = "/openai/v1",
) -> Iterator[Simulator]:
    """A simulator on a thread of its own, for synchronous code; raises at the end what the handler raised."""
    simulator = Simulator(handler, host=host, port=port, tls=tls, base_path=base_path)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulator", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(simulator.start(), loop).result(10)
        yield simulator
        asyncio.run_coroutine_threadsafe(simulator.stop(), loop).result(10)
        if simulator.failures:
            raise simulator.failures[0]
    finally:
        asyncio.run_coroutine_threadsafe(_quiet_end(simulator), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _quiet_end(simulator: Simulator) -> None:
    await simulator.stop()
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()
