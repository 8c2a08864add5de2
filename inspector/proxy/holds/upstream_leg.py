"""What upstream sent, where the client may get something else: kept until it does, then a leg of the record.

A response that passes as it came has one leg. Whether somebody will change an event of it is known only when
that event is there, and by then much may have passed: it is kept here, with its times, as long as the stream
is in our hands. What had passed before that is read from the capture.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

from inspector.capture.model import Chunk, Headers, Leg
from inspector.capture.reader import Reader
from inspector.capture.writer import Writer
from inspector.proxy.passage import Passage

_PATIENCE = 2.0


class UpstreamLeg:
    """The head is upstream's; `passed` bytes of the body came, and went to the client, before."""

    def __init__(self, passage: Passage, headers: Headers, status: int, passed: int = 0) -> None:
        self._passage = passage
        self._headers = headers
        self._status = status
        self._passed = passed
        self._kept: list[tuple[float, bytes]] = []
        self._ended: float | None = None
        self._told = False

    def add(self, data: bytes) -> None:
        """Bytes from upstream; b"" is their end."""
        if not data:
            self.end()
        elif self._told:
            self._passage.chunk(Leg.UPSTREAM_RESPONSE, data)
        else:
            self._kept.append((monotonic(), data))

    def end(self) -> None:
        """Nothing more comes."""
        if self._ended is None:
            self._ended = monotonic()
            if self._told:
                self._passage.end(Leg.UPSTREAM_RESPONSE)

    async def tell_all(self, writer: Writer, capture: Path) -> None:
        """The client gets something else from now on: what came goes on record, what passed before first."""
        if self._told:
            return
        before: list[Chunk] = []
        if self._passed:
            before = await asyncio.to_thread(self._read, writer, capture)
        self.tell(before)

    def tell(self, before: list[Chunk] | None = None) -> None:
        """The same where nothing had passed before, or `before` had."""
        if self._told:
            return
        self._told = True
        passage, leg = self._passage, Leg.UPSTREAM_RESPONSE
        passage.head_of(leg, self._headers, self._status)
        for chunk in before or ():
            passage.chunk(leg, chunk.data, passage.handle.started + chunk.at)
        for at, data in self._kept:
            passage.chunk(leg, data, at)
        self._kept.clear()
        if self._ended is not None:
            passage.end(leg)

    def _read(self, writer: Writer, capture: Path) -> list[Chunk]:
        """The first bytes of what the client got: what came before the stream was in our hands."""
        number = self._passage.handle.id
        if not writer.flush(_PATIENCE) or number is None:
            return []
        reader = Reader(capture)
        try:
            found, size = [], 0
            for chunk in reader.chunks(number, Leg.RESPONSE):
                if size < self._passed:
                    found.append(chunk)
                    size += len(chunk.data)
            return found
        finally:
            reader.close()
