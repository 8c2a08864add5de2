"""What others can know of this proxy while it runs, and the end of a proxy that nobody uses.

The record in the registry follows the facts (connections, the recorder's problem), at most a few times a
second and from a thread of its own, so that a slow disk cannot hold up traffic.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from mitmproxy.connection import Client

from inspector.proxy import registry
from inspector.proxy.registry import Running

logger = logging.getLogger(__name__)

WRITE_DELAY = 0.2  # seconds in which changes gather before they are written


class Presence:
    """A mitmproxy addon that keeps the record of `running`, and calls `idle` after so many seconds alone."""

    def __init__(
        self,
        running: Running,
        *,
        announce: Callable[[Running], None],
        idle_after: float,
        idle: Callable[[], None],
    ) -> None:
        self._record = running
        self._announce = announce
        self._idle_after = idle_after
        self._idle = idle
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._over = False

    def running(self) -> None:
        """mitmproxy accepts connections."""
        self._write()
        self._announce(self._record)
        self._watch()

    def client_connected(self, _client: Client) -> None:
        """Somebody is here."""
        self._count(+1)

    def client_disconnected(self, _client: Client) -> None:
        """Somebody left."""
        self._count(-1)

    def problem(self, text: str | None) -> None:
        """Recording does not work (None: it works again). From any thread."""
        if text is not None:
            logger.warning("%s", text)
        else:
            logger.info("Recording works again.")
        if not self._over:
            self._loop.call_soon_threadsafe(self._change_problem, text)

    def done(self) -> None:
        """mitmproxy ends."""
        self._over = True
        for timer in (self._timer, self._writing):
            if timer is not None:
                timer.cancel()
        registry.remove(self._record.pid)

    def _change_problem(self, text: str | None) -> None:
        self._record = replace(self._record, problem=text)
        self._changed()

    def _count(self, change: int) -> None:
        connections = self._record.connections + change
        self._record = replace(self._record, connections=connections, last_activity=time.time())
        self._changed()
        self._watch()

    def _watch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._record.connections == 0:
            self._timer = self._loop.call_later(self._idle_after, self._idle)

    def _changed(self) -> None:
        if self._writing is None and not self._over:
            self._writing = self._loop.call_later(WRITE_DELAY, self._write_aside)

    def _write_aside(self) -> None:
        self._writing = None
        self._loop.run_in_executor(None, self._write)

    def _write(self) -> None:
        try:
            if not self._over:
                registry.write(self._record)
        except OSError as error:
            logger.warning("The record of this proxy cannot be written: %s", error)
